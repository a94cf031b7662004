/** 部门数据仓: what each department owns, with 归集, 回流 and 共享 kept apart. */
import { Button, Segmented } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Warehouse, Warehouses } from '#ingest/model';
import { useAge, useLive, useLocal, useMe, useText, useThemeWords, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ExportMenu,
  Loaded,
  NameAndCode,
  PageHeader,
  StateMark,
} from '#web/parts';
import { useWarehouses } from './data.ts';
import { Named, Opened, SearchField, useCount } from './pieces.tsx';
import { Resources } from './Resources.tsx';
import { Shares, Sums } from './Sums.tsx';
import { text } from './text.ts';
import './warehouses.css';

const shows = ['', 'late', 'out', 'missing'] as const;
type Show = (typeof shows)[number];

function useFilters() {
  const [q, setQ] = useUrlValue('q');
  const [show, setShow] = useUrlValue('show');
  const [theme, setTheme] = useUrlValue('theme');
  const [layer, setLayer] = useUrlValue('layer');
  const clear = () => {
    for (const set of [setQ, setShow, setTheme, setLayer]) set('');
  };
  const any = [q, show, theme, layer].some((value) => value !== '');
  return { q, setQ, show: show as Show, setShow, theme, setTheme, layer, setLayer, clear, any };
}

type Filters = ReturnType<typeof useFilters>;

/** The units that have what is looked for. */
function fitting(units: readonly Warehouse[], { q, show, theme, layer }: Filters): Warehouse[] {
  const word = q.trim().toLowerCase();
  return units.filter((unit) => {
    if (show !== '' && unit[show] === 0) return false;
    const own = unit.resources.filter(
      (one) => (theme === '' || one.theme === theme) && (layer === '' || one.layer === layer),
    );
    if (own.length === 0) return false;
    const names = [unit.name, unit.nameEn, ...own.flatMap(({ title }) => [title.zh, title.en])];
    return word === '' || names.some((name) => name.toLowerCase().includes(word));
  });
}

export function Standing({ unit }: { unit: Pick<Warehouse, 'late' | 'missing'> }): ReactNode {
  const t = useText(text);
  return (
    <span className="wh-marks">
      {unit.late > 0 ? <StateMark state="bad" word={t('late', { n: unit.late })} /> : null}
      {unit.missing > 0 ? (
        <StateMark state="stale" word={t('missing', { n: unit.missing })} />
      ) : null}
      {unit.late + unit.missing === 0 ? <StateMark state="ok" word={t('onTime')} /> : null}
    </span>
  );
}

function Age({ at }: { at: string | null }): ReactNode {
  return <span className="faint">{useAge(at)}</span>;
}

function useColumns(own: ReadonlySet<string>): Column<Warehouse>[] {
  const t = useText(text);
  const local = useLocal();
  const count = useCount();
  return [
    {
      key: 'unit',
      title: t('unit'),
      render: (row) => (
        <span className="wh-name">
          <NameAndCode name={local({ zh: row.name, en: row.nameEn })} code={row.code} />
          {own.has(row.code) ? <span className="chip">{t('mine')}</span> : null}
        </span>
      ),
    },
    count('resources', 88, (row) => row.resources.length),
    count('rows', 112, (row) => row.rows),
    count('out', 104, (row) => row.out),
    { key: 'state', title: t('state'), width: 210, render: (row) => <Standing unit={row} /> },
    {
      key: 'last',
      title: t('last'),
      width: 130,
      render: (row) => (
        <Named name={t('last')}>
          <Age at={row.asOf} />
        </Named>
      ),
    },
  ];
}

/** The resources of the theme or layer themselves, whoever owns them. */
function InCatalogue({ filters: { theme, layer } }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const chosen = Object.entries({ theme, layer }).filter(([, value]) => value !== '');
  if (chosen.length === 0) return null;
  const query = new URLSearchParams(chosen);
  return <Link to={`/catalogue?${query}`}>{t('inCatalogue')}</Link>;
}

function Bar({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const words = { '': 'all', late: 'withLate', out: 'withOut', missing: 'withMissing' } as const;
  return (
    <div className="wh-bar">
      <SearchField label={t('search')} value={filters.q} onChange={filters.setQ} />
      <Segmented
        value={filters.show}
        onChange={filters.setShow}
        options={shows.map((value) => ({ value, label: t(words[value]) }))}
      />
      {filters.any ? <Button onClick={filters.clear}>{t('clear')}</Button> : null}
      <InCatalogue filters={filters} />
    </div>
  );
}

function Found({ all, filters }: { all: Warehouses; filters: Filters }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const theme = useThemeWords();
  const roles = useMe().data?.actor?.roles ?? [];
  const [open, setOpen] = useUrlValue('unit');
  const columns = useColumns(new Set(roles.map(({ unit }) => unit)));
  const opened = all.units.find(({ code }) => code === open);
  return (
    <>
      <Sums all={all} />
      <div className="wh-shares">
        <Shares
          title={t('themes')}
          parts={all.themes}
          nameOf={theme}
          chosen={filters.theme}
          onChoose={filters.setTheme}
        />
        <Shares
          title={t('layers')}
          parts={all.layers}
          nameOf={(value) => t(`layer.${value as 'raw'}`)}
          chosen={filters.layer}
          onChoose={filters.setLayer}
        />
      </div>
      <Bar filters={filters} />
      <div className="card wh-table">
        <DataTable
          label={t('departments')}
          columns={columns}
          rows={fitting(all.units, filters)}
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
        {(unit) => <Resources unit={unit} />}
      </Opened>
    </>
  );
}

export default function Departments(): ReactNode {
  const t = useText(text);
  const filters = useFilters();
  const query = useWarehouses();
  useLive('dataset', ['warehouses']);
  return (
    <>
      <PageHeader
        title={t('departments')}
        actions={<ExportMenu path="/api/ingest/warehouses/export" />}
      >
        {t('departmentsLead')}
      </PageHeader>
      <div className="wh-page">
        <Loaded query={query}>{(all) => <Found all={all} filters={filters} />}</Loaded>
      </div>
    </>
  );
}
