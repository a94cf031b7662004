import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useAge, useText } from '#web/client';
import { ErrorState, figure, maskName, Panel, StateMark } from '#web/parts';
import type { AuditSummary, AuditVerdict, Filters, useVerify } from './data.ts';
import { text } from './text.ts';

function Fact(props: { name: string; value: ReactNode; note: ReactNode }): ReactNode {
  return (
    <div className="audit-fact">
      <dt>{props.name}</dt>
      <dd>
        <b>{props.value}</b>
        <small>{props.note}</small>
      </dd>
    </div>
  );
}

function LastVerified({ verified }: { verified: AuditSummary['verified'] }): ReactNode {
  const t = useText(text);
  const age = useAge(verified?.at);
  if (verified === null) {
    return <Fact name={t('verified')} value={t('never')} note={t('neverNote')} />;
  }
  const mark = verified.whole ? (
    <StateMark state="ok" word={t('whole')} />
  ) : (
    <StateMark state="bad" word={t('broken')} />
  );
  const note = t('verifiedBy', { name: maskName(verified.by), n: figure(verified.records) });
  return (
    <Fact
      name={t('verified')}
      value={
        <>
          {age} {mark}
        </>
      }
      note={note}
    />
  );
}

/** How the audit stands, in one strip. */
export function Standing({ summary }: { summary: AuditSummary | undefined }): ReactNode {
  const t = useText(text);
  const sealed = useAge(summary?.sealedAt);
  const unsealed = summary?.unsealed ?? 0;
  return (
    <dl className="audit-standing">
      <Fact
        name={t('lastDay')}
        value={t('records', { n: figure(summary?.lastDay) })}
        note={t('kept', { n: figure(summary?.retentionDays) })}
      />
      <Fact
        name={t('batches')}
        value={t('batchCount', { n: figure(summary?.batches) })}
        note={unsealed > 0 ? t('unsealed', { n: figure(unsealed) }) : t('allSealed')}
      />
      <Fact name={t('sealedAt')} value={sealed || '-'} note={t('chain')} />
      <LastVerified verified={summary?.verified ?? null} />
    </dl>
  );
}

/** The last link in groups of eight, so that it can be read aloud and compared. */
export function Head({ head }: { head: string | null }): ReactNode {
  const t = useText(text);
  const groups = head?.match(/.{8}/g) ?? [];
  return (
    <Panel title={t('head')} note={t('headNote')}>
      <code className="audit-head">
        {groups.length === 0 ? '-' : groups.map((group) => <span key={group}>{group}</span>)}
      </code>
    </Panel>
  );
}

function Broken(props: {
  broken: NonNullable<AuditVerdict['broken']>;
  filters: Filters;
}): ReactNode {
  const { broken, filters } = props;
  const { record } = broken;
  const t = useText(text);
  const where = [
    broken.batch === null ? undefined : t('brokenWhere', { batch: broken.batch }),
    broken.at ?? undefined,
    broken.record ?? undefined,
  ].filter((part) => part !== undefined);
  return (
    <div className="audit-verdict is-broken" role="alert">
      <StateMark state="bad" word={t(`broken.${broken.what}`)} />
      <code>{where.join(' · ')}</code>
      <span>{t('brokenBody')}</span>
      {record === null ? null : (
        <Button
          size="small"
          onClick={() => {
            filters.setDays('');
            filters.setRecord(record);
          }}
        >
          {t('showBroken')}
        </Button>
      )}
    </div>
  );
}

/** What the verification found; stays until the next one. */
export function Verdict(props: {
  verify: ReturnType<typeof useVerify>;
  filters: Filters;
}): ReactNode {
  const { verify, filters } = props;
  const t = useText(text);
  if (verify.error) return <ErrorState error={verify.error} onRetry={() => verify.mutate('')} />;
  if (verify.data === undefined) return null;
  const { broken, records, batches } = verify.data;
  if (broken !== null) return <Broken broken={broken} filters={filters} />;
  return (
    <div className="audit-verdict" role="status">
      <StateMark state="ok" word={t('whole')} />
      <span>{t('wholeBody', { n: figure(records), b: figure(batches) })}</span>
    </div>
  );
}
