/** 镇街数据仓: what is held about each town, counted through the gate. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { TownWarehouse } from '#ingest/model';
import { useLive, useLocal, useText, useThemeWords, useUnitWords, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ExportMenu,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  Panel,
} from '#web/parts';
import { useTowns } from './data.ts';
import { Opened, SearchField, useCount, useLast } from './pieces.tsx';
import { text } from './text.ts';
import './warehouses.css';

type TownResource = TownWarehouse['resources'][number];

function Resources({ town }: { town: TownWarehouse }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const go = useNavigate();
  const count = useCount();
  const last = useLast<TownResource>();
  const theme = useThemeWords();
  const unit = useUnitWords();
  const columns: Column<TownResource>[] = [
    {
      key: 'name',
      title: t('resource'),
      render: (row) => <NameAndCode name={local(row.title)} code={row.name} />,
    },
    { key: 'theme', title: t('theme'), width: 120, render: (row) => theme(row.theme) },
    { key: 'owner', title: t('owner'), width: 150, render: (row) => unit(row.ownerName) },
    count('rows', 104, (row) => row.rows),
    last,
  ];
  return (
    <DataTable
      label={t('about')}
      columns={columns}
      rows={town.resources}
      rowKey={(row) => row.name}
      onRow={(row) => void go(`/catalogue/${row.name}`)}
      empty={<EmptyState title={t('noRows')}>{t('noRowsHint')}</EmptyState>}
    />
  );
}

function Share({ rows, most }: { rows: number; most: number }): ReactNode {
  return (
    <span className="wh-meter" aria-hidden>
      <i style={{ width: `${(rows / Math.max(most, 1)) * 100}%` }} />
    </span>
  );
}

function All({ towns }: { towns: readonly TownWarehouse[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [q, setQ] = useUrlValue('q');
  const [open, setOpen] = useUrlValue('town');
  const count = useCount();
  const most = Math.max(...towns.map(({ rows }) => rows));
  const opened = towns.find(({ code }) => code === open);
  const word = q.trim().toLowerCase();
  const columns: Column<TownWarehouse>[] = [
    {
      key: 'town',
      title: t('town'),
      render: (row) => (
        <NameAndCode name={local({ zh: row.name, en: row.nameEn })} code={row.code} />
      ),
    },
    {
      key: 'share',
      title: '',
      width: '36%',
      render: (row) => <Share rows={row.rows} most={most} />,
    },
    count('resources', 96, (row) => row.resources.length),
    count('rows', 120, (row) => row.rows),
  ];
  return (
    <>
      <div className="wh-bar">
        <SearchField label={t('searchTown')} value={q} onChange={setQ} />
      </div>
      <div className="card wh-table">
        <DataTable
          label={t('towns')}
          columns={columns}
          rows={towns
            .filter(({ name, nameEn }) => `${name} ${nameEn}`.toLowerCase().includes(word))
            .toSorted((a, b) => b.rows - a.rows)}
          rowKey={(row) => row.code}
          selected={open}
          onRow={(row) => setOpen(row.code)}
          empty={<EmptyState title={t('nothing')}>{t('nothingHint')}</EmptyState>}
        />
      </div>
      <Opened
        one={opened}
        titleOf={({ name, nameEn }) => local({ zh: name, en: nameEn })}
        onClose={() => setOpen('')}
      >
        {(town) => <Resources town={town} />}
      </Opened>
    </>
  );
}

/** A town sees itself; whoever sees more sees the list. */
function Found({ towns }: { towns: readonly TownWarehouse[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [first, ...others] = towns;
  if (first === undefined) {
    return <EmptyState title={t('noTown')}>{t('noTownHint')}</EmptyState>;
  }
  if (others.length > 0) return <All towns={towns} />;
  return (
    <Panel
      title={local({ zh: first.name, en: first.nameEn })}
      note={`${figure(first.rows)} ${t('rowsUnit')}`}
    >
      <Resources town={first} />
    </Panel>
  );
}

export default function Towns(): ReactNode {
  const t = useText(text);
  const query = useTowns();
  useLive('dataset', ['warehouses']);
  return (
    <>
      <PageHeader
        title={t('towns')}
        actions={<ExportMenu path="/api/ingest/warehouses/towns/export" />}
      >
        {t('townsLead')}
      </PageHeader>
      <div className="wh-page">
        <Loaded query={query}>{({ towns }) => <Found towns={towns} />}</Loaded>
      </div>
    </>
  );
}
