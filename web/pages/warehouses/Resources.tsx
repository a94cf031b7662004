/** The datasets of one department: how each came, how much, what is out, when more is due. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Warehouse, WarehouseResource } from '#ingest/model';
import { shortTime, useLocal, useText, useThemeWords } from '#web/client';
import { type Column, DataTable, figure, GradeChip, NameAndCode, StateMark } from '#web/parts';
import { Named, useCount } from './pieces.tsx';
import { text } from './text.ts';

function State({ one }: { one: WarehouseResource }): ReactNode {
  const t = useText(text);
  if (one.rows === null) return <StateMark state="stale" word={t('isMissing')} />;
  if (one.fresh === 'none') {
    return (
      <Named name={t('last')}>
        <span className="faint">{shortTime(one.asOf ?? '')}</span>
      </Named>
    );
  }
  const late = one.fresh === 'late';
  return <StateMark state={late ? 'bad' : 'ok'} word={t(late ? 'isLate' : 'onTime')} />;
}

function useColumns(): Column<WarehouseResource>[] {
  const t = useText(text);
  const local = useLocal();
  const count = useCount();
  const theme = useThemeWords();
  return [
    {
      key: 'name',
      title: t('resource'),
      render: (row) => (
        <span className="wh-resource">
          <NameAndCode name={local(row.title)} code={row.name} />
          <small className="faint">{theme(row.theme)}</small>
        </span>
      ),
    },
    {
      key: 'kind',
      title: t('kind'),
      width: 96,
      render: (row) => <span className="chip">{t(row.kind)}</span>,
    },
    {
      key: 'grade',
      title: t('grade'),
      width: 104,
      render: (row) => <GradeChip grade={row.grade} />,
    },
    count('rows', 96, (row) => row.rows),
    count('out', 88, (row) => row.out),
    {
      key: 'readers',
      title: t('readers'),
      width: 120,
      render: (row) => (
        <Named name={t('readers')}>
          {row.readers === 0 ? '-' : t('readersOf', { units: row.readers, n: figure(row.reads) })}
        </Named>
      ),
    },
    { key: 'state', title: t('state'), width: 104, render: (row) => <State one={row} /> },
    {
      key: 'due',
      title: t('due'),
      width: 112,
      number: true,
      render: (row) => <Named name={t('due')}>{row.due ?? '-'}</Named>,
    },
  ];
}

export function Resources({ unit }: { unit: Warehouse }): ReactNode {
  const t = useText(text);
  const go = useNavigate();
  return (
    <DataTable
      label={t('resources')}
      columns={useColumns()}
      rows={unit.resources}
      rowKey={(row) => row.name}
      onRow={(row) => void go(`/catalogue/${row.name}`)}
    />
  );
}
