/** One grant: its terms, its use, what it shows, and taking it back. */
import { Button, Drawer, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { GrantDetail, Simulation } from '#gate/model';
import { serverNow, shortTime, useLocal, useText, useUnitWords } from '#web/client';
import {
  ErrorState,
  Facts,
  GradeChip,
  Loaded,
  PersonName,
  StateMark,
  usePurposeWords,
  ViewMark,
} from '#web/parts';
import { useGrant, useRevoke } from './data.ts';
import { text } from './text.ts';

export const marks = { standing: 'ok', expired: 'stale', revoked: 'bad' } as const;

const timeOf = (at: string): string => shortTime(at, new Date(serverNow()));

/** The conditions and units of its rows in words. */
function useRowWords(grant: GrantDetail): string {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const titleOf = (name: string): string => {
    const item = grant.shows?.items.find((one) => one.item === name);
    return item === undefined ? name : local(item.title);
  };
  const conditions = (grant.rows ?? []).flatMap((condition) => {
    const item = titleOf(condition.item);
    const { in: values, from, to } = condition;
    return [
      ...(values === undefined ? [] : [t('in', { item, values: values.join(t('or')) })]),
      ...(from === undefined ? [] : [t('from', { item, value: from })]),
      ...(to === undefined ? [] : [t('to', { item, value: to })]),
    ];
  });
  const units = grant.units === undefined ? t('allRows') : grant.units.map(unit).join(t('between'));
  return [units, ...conditions].join(' · ');
}

function Terms({ grant }: { grant: GrantDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const rows = useRowWords(grant);
  const purpose = usePurposeWords();
  const { caps = {}, counted, revokedAt, revokedBy, revokedBecause } = grant;
  const capWords = (['rowsPerCall', 'rowsPerDay', 'callsPerMinute'] as const).flatMap((name) => {
    const n = caps[name];
    return n === undefined ? [] : [t(name, { n: n.toLocaleString() })];
  });
  const used =
    grant.reads === 0
      ? t('never')
      : t('usedBody', {
          reads: grant.reads.toLocaleString(),
          rows: grant.rowsRead.toLocaleString(),
        });
  return (
    <Facts
      rows={[
        [
          t('state'),
          <StateMark key="state" state={marks[grant.state]} word={t(`state.${grant.state}`)} />,
        ],
        ...(revokedAt === null
          ? []
          : [
              [
                t('revoked'),
                <span key="revoked">
                  {timeOf(revokedAt)} · <PersonName name={revokedBy ?? '-'} /> ·{' '}
                  {revokedBecause ?? '-'}
                </span>,
              ] as const,
            ]),
        [t('dataset'), local(grant.datasetTitle)],
        [t('owner'), unit(grant.ownerName)],
        [
          t('grantee'),
          <span key="grantee">
            <PersonName name={grant.granteeName} />
            {grant.granteeUnits.map((name) => ` · ${unit(name)}`)}
          </span>,
        ],
        [t('purpose'), purpose(grant.purpose)],
        [t('conditions'), rows],
        ...(counted === undefined
          ? []
          : [[t('view'), t('counted', { n: counted.least })] as const]),
        [t('caps'), capWords.length === 0 ? t('noCaps') : capWords.join(' · ')],
        [t('until'), timeOf(grant.expiresAt)],
        [t('used'), grant.lastRead === null ? used : `${used} · ${timeOf(grant.lastRead)}`],
        [t('approved'), grant.approvedBy],
        [
          t('issued'),
          <span key="issued">
            {timeOf(grant.createdAt)} · <PersonName name={grant.issuedBy} />
          </span>,
        ],
        [t('id'), <code key="id">{grant.id}</code>],
      ]}
    />
  );
}

/** An invented value, and what is seen of it. */
const Becomes = ({ example }: Pick<Simulation['items'][number], 'example'>): ReactNode => (
  <span className="grants-becomes">
    <code>{example.from}</code>
    <span aria-hidden>→</span>
    <code>{example.to ?? '-'}</code>
  </span>
);

function Shows({ shows }: { shows: GrantDetail['shows'] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (shows === null) return <p className="faint">{t('nothing')}</p>;
  const seen = shows.items.filter(({ view }) => view !== 'absent');
  return (
    <>
      <p className="faint">{t('showsBody')}</p>
      <ul className="grants-shows" aria-label={t('shows')}>
        {seen.map((one) => (
          <li key={one.item}>
            <span>
              {local(one.title)} <GradeChip grade={one.grade} short />
            </span>
            <ViewMark
              view={one.view}
              {...(one.least === undefined ? {} : { how: t('leastOf', { n: one.least }) })}
            />
            {one.view === 'counted' ? null : <Becomes example={one.example} />}
          </li>
        ))}
      </ul>
      {shows.absent === 0 ? null : <p className="faint">{t('hidden', { n: shows.absent })}</p>}
    </>
  );
}

function Revoke({ id }: { id: string }): ReactNode {
  const t = useText(text);
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const revoke = useRevoke(id);
  if (!asked) {
    return (
      <Button danger onClick={() => setAsked(true)}>
        {t('revoke')}
      </Button>
    );
  }
  return (
    <Form layout="vertical" onFinish={() => revoke.mutate(reason)}>
      <p>{t('revokeBody')}</p>
      <Form.Item label={t('reason')} htmlFor="grant-reason" required>
        <Input.TextArea
          id="grant-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form.Item>
      {revoke.error ? <ErrorState error={revoke.error} /> : null}
      <span className="grants-acts">
        <Button
          danger
          type="primary"
          htmlType="submit"
          loading={revoke.isPending}
          disabled={reason.trim().length < 2}
        >
          {t('revoke')}
        </Button>
        <Button onClick={() => setAsked(false)}>{t('keep')}</Button>
      </span>
    </Form>
  );
}

export function Detail({ id, onClose }: { id: string; onClose: () => void }): ReactNode {
  const t = useText(text);
  const grant = useGrant(id);
  return (
    <Drawer open size={560} title={t('one')} onClose={onClose}>
      <Loaded query={grant}>
        {(found) => (
          <div className="grants-detail">
            <Terms grant={found} />
            <h2>{t('shows')}</h2>
            <Shows shows={found.shows} />
            {found.mayRevoke ? <Revoke id={id} /> : null}
          </div>
        )}
      </Loaded>
    </Drawer>
  );
}
