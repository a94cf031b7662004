import type { ReactNode } from 'react';
import { hourMinuteSecond, isoDay, serverNow, useText, useUnitWords } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  figure,
  MoveKeys,
  PersonName,
} from '#web/parts';
import {
  type AuditRecord,
  readRole,
  useActionName,
  useDatasetTitle,
  usePurpose,
  type useRecords,
  useRoleTitle,
  useSubjectWords,
} from './data.ts';
import { text } from './text.ts';

const actions = { system: 'platform', anonymous: 'anonymous' } as const;

/** Who, as people say it: the masked name, the role, the unit. */
export function Who({ record }: { record: AuditRecord }): ReactNode {
  const t = useText(text);
  const title = useRoleTitle();
  const unit = useUnitWords();
  const { actorKind } = record;
  if (actorKind === 'system' || actorKind === 'anonymous') return <b>{t(actions[actorKind])}</b>;
  const held = record.roles[0] === undefined ? undefined : readRole(record.roles[0]);
  return (
    <span className="name-code">
      <b>
        <PersonName name={record.actorName} />
      </b>
      {held === undefined ? null : (
        <>
          <small>{title(held.role)}</small> <small>{unit(held.unitName)}</small>
        </>
      )}
    </span>
  );
}

export function When({ at }: { at: string }): ReactNode {
  const today = isoDay(at) === isoDay(serverNow());
  return (
    <time dateTime={at} title={at}>
      {today ? null : <small className="faint">{isoDay(at).slice(5)} </small>}
      {hourMinuteSecond(at)}
    </time>
  );
}

/** The thing as people call it; its code stays within reach of the pointer and in the panel. */
function What({ record }: { record: AuditRecord }): ReactNode {
  const titleOf = useDatasetTitle();
  const words = useSubjectWords();
  const { subject, dataset } = record;
  if (subject === null && dataset === null) return <span className="faint">-</span>;
  return (
    <span className="audit-what" title={subject ?? dataset ?? ''}>
      {dataset === null ? null : <span className="chip">{titleOf(dataset)}</span>}
      {subject === null ? null : words(subject)}
    </span>
  );
}

/** What an action is called; the code stays within reach of the pointer and in the panel. */
export function Did({ action }: { action: string }): ReactNode {
  const name = useActionName();
  return <b title={action}>{name(action)}</b>;
}

function useColumns(): Column<AuditRecord>[] {
  const t = useText(text);
  const purpose = usePurpose();
  return [
    { key: 'at', title: t('time'), width: 124, render: (row) => <When at={row.at} /> },
    { key: 'who', title: t('who'), render: (row) => <Who record={row} /> },
    { key: 'action', title: t('did'), render: (row) => <Did action={row.action} /> },
    { key: 'what', title: t('what'), render: (row) => <What record={row} /> },
    { key: 'purpose', title: t('purpose'), render: (row) => purpose(row.purpose) },
    { key: 'rows', title: t('rows'), number: true, width: 88, render: (row) => figure(row.rows) },
  ];
}

export function Records(props: {
  query: ReturnType<typeof useRecords>;
  rows: AuditRecord[] | undefined;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactNode {
  const t = useText(text);
  const columns = useColumns();
  const { query, rows } = props;
  if (query.error && rows === undefined) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <section className="card audit-records">
      <div className="panel-head">
        <h2>{t('list')}</h2>
        <span className="faint">{t('newest')}</span>
        <span className="grow" />
        <MoveKeys />
      </div>
      <DataTable
        label={t('list')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        selected={props.chosen}
        onRow={(row) => props.onChoose(row.id)}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
        empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
      />
    </section>
  );
}
