/** One run: how far it is, its counts, why it was refused, what came back and the files to mend. */
import { IconDownload } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Delivery, ReturnedPage, ReturnedRow, Run } from '#ingest/model';
import { duration, shortTime, useLanguage, useListed, useLocal, useText } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  Facts,
  figure,
  Loaded,
  Panel,
  PersonName,
} from '#web/parts';

import {
  isOpen,
  useDelivery,
  useReturned,
  useReturnedPath,
  useRun,
  useSourceTitles,
  useVerb,
} from './data.ts';
import { Live, Standing } from './Standing.tsx';

import { text } from './text.ts';

function Counts({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const { rows, accepted, returned, unchanged } = run;
  const parts = [
    [t('rows'), rows],
    [t('accepted'), accepted],
    [t('returned'), returned],
    [t('unchangedRows'), unchanged],
  ] as const;
  return (
    <dl className="ing-counts">
      {parts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{figure(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Refusal({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { error } = run;
  if (error === null) return null;
  if (run.state === 'cancelled') {
    return <p className="ing-pad muted">{local(error.message)}</p>;
  }
  const faults = error.faults as { code: string; item?: string; message: typeof error.message }[];
  return (
    <div className="error-state" role="alert">
      <div>
        <b>{local(error.message)}</b>
        <ul>
          {faults.map((fault) => (
            <li key={`${fault.code} ${fault.item}`}>{local(fault.message)}</li>
          ))}
        </ul>
        <span className="faint">
          {run.state === 'queued'
            ? t('triedAgain', { n: run.attempts, at: shortTime(run.tryAt) })
            : t(`state.${run.state}`)}{' '}
          <code>{error.code}</code>
        </span>
      </div>
    </div>
  );
}

/** Ends a run, or puts it back into the queue. */
function Verbs({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const verb = useVerb<Run>();
  const again = (run.state === 'failed' || run.state === 'cancelled') && run.road !== 'direct';
  if (!isOpen(run) && !again) return verb.error ? <ErrorState error={verb.error} /> : null;
  const name = isOpen(run) ? 'cancel' : 'retry';
  return (
    <span className="ing-pad ing-buttons">
      <Button
        danger={name === 'cancel'}
        loading={verb.isPending}
        disabled={run.cancelAsked && name === 'cancel'}
        onClick={() => verb.mutate({ path: `runs/${run.id}/${name}` })}
      >
        {t(run.cancelAsked && name === 'cancel' ? 'cancelling' : name)}
      </Button>
      {verb.error ? <ErrorState error={verb.error} /> : null}
    </span>
  );
}

function useReasonText(): (reason: ReturnedRow['reasons'][number]) => string {
  const t = useText(text);
  const local = useLocal();
  return ({ title, text: expected }) => {
    const where = title === null ? t('wholeRow') : local(title);
    return `${where} · ${local(expected)}`;
  };
}

function Reasons({ page }: { page: ReturnedPage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const most = page.reasons[0]?.count ?? 1;
  return (
    <ul className="ing-reasons" aria-label={t('reasons')}>
      {page.reasons.map((one) => (
        <li key={`${one.item} ${one.rule}`}>
          <span>
            <b>{one.title === null ? t('wholeRow') : local(one.title)}</b>{' '}
            <span className="muted">
              {local(one.text).replace('{note}', '…').replace('?', '…')}
            </span>
          </span>
          <span className="num">{t('countRows', { n: figure(one.count) })}</span>
          <i style={{ width: `${Math.max((one.count / most) * 100, 1)}%` }} aria-hidden />
        </li>
      ))}
    </ul>
  );
}

/** Rows shown before somebody asks for more: the file has all of them. */
const shownAtFirst = 10;

function ReturnedTable({ page }: { page: ReturnedPage }): ReactNode {
  const t = useText(text);
  const [whole, setWhole] = useState(false);
  const rows = whole ? page.rows : page.rows.slice(0, shownAtFirst);
  const reason = useReasonText();
  const columns: Column<ReturnedRow>[] = [
    {
      key: 'row',
      title: t('row'),
      number: true,
      width: 72,
      named: true,
      render: (row) => figure(row.row),
    },
    {
      key: 'reason',
      title: t('reason'),
      render: (row) => (
        <span className="ing-why">
          {row.reasons.map((one) => (
            <span key={`${one.item} ${one.rule}`}>{reason(one)}</span>
          ))}
        </span>
      ),
    },
    ...page.headers.map((header, at) => ({
      key: `f${at}`,
      title: header,
      named: true,
      render: (row: ReturnedRow) => <span className="ing-field">{row.values[at] ?? '-'}</span>,
    })),
  ];
  return (
    <>
      <p className="ing-pad faint">{t('shownRows', { n: rows.length })}</p>
      <DataTable
        wide
        label={t('returnedRows')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.file} ${row.row}`}
        onMore={rows.length < page.rows.length ? () => setWhole(true) : undefined}
      />
    </>
  );
}

function Returned({ delivery }: { delivery: Delivery }): ReactNode {
  const t = useText(text);
  const { batch, returned, open } = delivery;
  const path = useReturnedPath();
  const query = useReturned(batch, returned > 0);
  const icon = <IconDownload size={16} aria-hidden />;
  return (
    <Panel
      title={t('returnedRows')}
      extra={
        <span className="ing-buttons">
          <Button size="small" icon={icon} href={path(batch, 'xlsx')}>
            {t('excel')}
          </Button>
          <Button size="small" icon={icon} href={path(batch, 'csv')}>
            {t('csv')}
          </Button>
        </span>
      }
    >
      <Loaded query={query}>
        {(page) => (
          <>
            <p className="ing-pad faint">
              {t(open > 0 ? 'stillOut' : 'noneOut', { n: figure(open) })}
            </p>
            <Reasons page={page} />
            <ReturnedTable page={page} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Shown({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const lang = useLanguage();
  const sourceTitle = useSourceTitles();
  const delivery = useDelivery(isOpen(run) ? '' : (run.batch ?? '')).data;
  const { files, createdAt, startedAt, endedAt, actorName, note, snapshot, source } = run;
  const took =
    startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);
  const facts: [string, ReactNode][] = [
    [t('file'), files.length === 0 ? '-' : listed(files)],
    [t('road'), t(`road.${run.road}`)],
    source === null
      ? [t('by'), <PersonName key="by" name={actorName} />]
      : [t('source'), sourceTitle(source)],
    [t('at'), shortTime(createdAt)],
    [t('took'), took === null ? '-' : duration(took, lang)],
    ...(run.attempts > 1 ? [[t('attempts'), String(run.attempts)] as [string, ReactNode]] : []),
    ...(snapshot === null ? [] : [[t('snapshot'), String(snapshot)] as [string, ReactNode]]),
    ...(note === null ? [] : [[t('note'), note] as [string, ReactNode]]),
  ];
  return (
    <>
      <Panel title={t('detail')} extra={<Standing run={run} />}>
        {isOpen(run) && run.state !== 'queued' ? (
          <div className="ing-pad">
            <Live run={run} />
          </div>
        ) : null}
        {run.state === 'done' && run.batch !== null ? <Counts run={run} /> : null}
        <Refusal run={run} />
        <Verbs run={run} />
        <div className="ing-pad">
          <Facts rows={facts} />
        </div>
      </Panel>
      {delivery !== undefined && delivery.returned > 0 ? <Returned delivery={delivery} /> : null}
    </>
  );
}

export function Detail({ id }: { id: string }): ReactNode {
  const t = useText(text);
  const query = useRun(id);
  if (id === '') {
    return (
      <aside className="card ing-detail">
        <EmptyState title={t('detail')}>{t('pick')}</EmptyState>
      </aside>
    );
  }
  if (query.error && query.data === undefined) return <ErrorState error={query.error} />;
  return (
    <aside className="ing-detail">
      <Loaded query={query}>{(run) => <Shown run={run} />}</Loaded>
    </aside>
  );
}
