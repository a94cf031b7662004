/** One signal: what it rests on, how often its source was right, and what to do with it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { Signal } from '#signals/model';
import { get, post, shortTime, useLanguage, useMay, useText } from '#web/client';
import { ErrorState, Facts, figure, Loaded, useUnitTitle } from '#web/parts';
import { text } from './text.ts';

interface Score {
  source: string;
  confirmed: number;
  dismissed: number;
  precision: number | null;
}

function usePrecision(source: string): string {
  const t = useText(text);
  const scores = useQuery({
    queryKey: ['signals', 'sources'],
    queryFn: () => get<{ sources: Score[] }>('/api/signals/sources'),
  });
  const score = scores.data?.sources.find((each) => each.source === source);
  if (score?.precision === null || score?.precision === undefined) return t('precisionNone');
  const { confirmed, dismissed, precision } = score;
  return t('precisionOf', { value: figure(precision * 100, 1), confirmed, dismissed });
}

function Acts({ signal }: { signal: Signal }): ReactNode {
  const t = useText(text);
  const client = useQueryClient();
  const [reason, setReason] = useState<string | null>(null);
  const act = useMutation({
    mutationFn: ({ verb, body }: { verb: string; body: Record<string, string> }) =>
      post(`/api/signals/${signal.id}/${verb}`, { ...body, versionNo: signal.versionNo }),
    onSettled: () => client.invalidateQueries({ queryKey: ['signals'] }),
  });
  const may = useMay();
  const reviewable = signal.state === 'raised' || signal.state === 'acknowledged';
  if (!may('signals.handle') || !reviewable) return null;
  const run = (verb: string, body: Record<string, string> = {}): void => act.mutate({ verb, body });
  return (
    <div className="signal-acts">
      <div className="row">
        <Button type="primary" loading={act.isPending} onClick={() => run('confirm')}>
          {t('confirm')}
        </Button>
        {signal.state === 'raised' ? (
          <Button onClick={() => run('acknowledge')}>{t('acknowledge')}</Button>
        ) : null}
        <Button onClick={() => setReason('')}>{t('dismiss')}</Button>
      </div>
      {reason === null ? null : (
        <div className="signal-reason">
          <Input.TextArea
            value={reason}
            aria-label={t('whyDismiss')}
            placeholder={t('whyDismiss')}
            autoSize={{ minRows: 2, maxRows: 6 }}
            onChange={(event) => setReason(event.target.value)}
          />
          <div className="row">
            <Button
              danger
              disabled={reason.trim() === ''}
              onClick={() => run('dismiss', { reason: reason.trim() })}
            >
              {t('dismiss')}
            </Button>
            <Button type="text" onClick={() => setReason(null)}>
              {t('cancel')}
            </Button>
          </div>
        </div>
      )}
      {act.error ? <ErrorState error={act.error} /> : null}
    </div>
  );
}

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '-');

/** What the chain itself reads in evidence; a rule may add more, shown as it was recorded. */
const names = ['dataset', 'rule', 'key', 'item', 'found', 'expected', 'event', 'address'] as const;

function Body({ signal }: { signal: Signal }): ReactNode {
  const t = useText(text);
  const precision = usePrecision(signal.source);
  const owner = useUnitTitle(signal.owner);
  const isEnglish = useLanguage() === 'en';
  const { evidence } = signal;
  const said = (name: string): unknown =>
    isEnglish ? (evidence[`${name}_en`] ?? evidence[name]) : evidence[name];
  return (
    <div className="signal-detail">
      <Acts signal={signal} />
      {signal.case ? <Link to={`/cases/${signal.case}`}>{t('openCase')}</Link> : null}
      <Facts
        rows={[
          [t('subject'), signal.subject.id],
          [t('owner'), owner],
          [t('source'), signal.source],
          [t('precision'), precision],
          [t('firstSeen'), shortTime(signal.firstSeen)],
          [t('lastSeen'), shortTime(signal.lastSeen)],
          ...(signal.reason ? [[t('reason'), signal.reason] as const] : []),
        ]}
      />
      <h2>{t('evidence')}</h2>
      <Facts
        rows={names
          .filter((name) => name in evidence)
          .map((name) => [t(`evidence_${name}`), shown(said(name))])}
      />
      <details className="signal-raw">
        <summary>{t('evidenceRaw')}</summary>
        <pre>{JSON.stringify(evidence, null, 2)}</pre>
      </details>
    </div>
  );
}

export function Detail({ id }: { id: string }): ReactNode {
  const signal = useQuery({
    queryKey: ['signals', 'one', id],
    queryFn: () => get<Signal>(`/api/signals/${id}`),
  });
  return <Loaded query={signal}>{(data) => <Body signal={data} />}</Loaded>;
}
