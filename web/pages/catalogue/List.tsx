/** 数据目录: find a resource by words and facets. */
import { IconSearch } from '@tabler/icons-react';
import { Button, Input, type InputRef } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { SearchResult, Summary } from '#catalogue/model';
import { useAge, useLive, useLocal, useText, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  figure,
  type Grade,
  GradeChip,
  KeyCap,
  Loaded,
  MoveKeys,
  NameAndCode,
  PageHeader,
  StateMark,
  useKeys,
} from '#web/parts';
import './catalogue.css';
import { useSearch } from './data.ts';
import { text } from './text.ts';

function useFilters() {
  const [q, setQ] = useUrlValue('q');
  const [theme, setTheme] = useUrlValue('theme');
  const [owner, setOwner] = useUrlValue('owner');
  const [grade, setGrade] = useUrlValue('grade');
  const [layer, setLayer] = useUrlValue('layer');
  const [share, setShare] = useUrlValue('share');
  return {
    values: { q, theme, owner, grade, layer, share },
    set: {
      q: setQ,
      theme: setTheme,
      owner: setOwner,
      grade: setGrade,
      layer: setLayer,
      share: setShare,
    },
    any: [q, theme, owner, grade, layer, share].some((value) => value !== ''),
  };
}

export function Fresh({ line, soft }: { line: Summary; soft?: boolean }): ReactNode {
  const t = useText(text);
  if (line.asOf === null) return <StateMark state="stale" word={t('noData')} />;
  if (line.fresh === 'none') return null;
  const state = line.fresh === 'late' ? 'bad' : 'ok';
  return <StateMark state={state} word={t(`fresh.${line.fresh}`)} soft={soft ?? false} />;
}

function Updated({ line }: { line: Summary }): ReactNode {
  const age = useAge(line.asOf);
  return (
    <span className="cat-updated">
      {line.asOf === null ? null : <span>{age}</span>}
      <Fresh line={line} />
    </span>
  );
}

function useColumns(): Column<Summary>[] {
  const t = useText(text);
  const local = useLocal();
  return [
    {
      key: 'name',
      title: t('resource'),
      render: (row) => (
        <span className="cat-resource">
          <NameAndCode name={local(row.title)} code={row.name} />
          <small className="muted">{local(row.description)}</small>
        </span>
      ),
    },
    {
      key: 'grade',
      title: t('grade'),
      width: 112,
      render: (row) => <GradeChip grade={row.grade} />,
    },
    { key: 'owner', title: t('owner'), width: 150, render: (row) => row.ownerName },
    {
      key: 'share',
      title: t('share'),
      width: 130,
      render: (row) => (
        <span className="cat-chips">
          <span className="chip">{t(`share.${row.share}`)}</span>
          {row.derived ? <span className="chip">{t('derived')}</span> : null}
        </span>
      ),
    },
    { key: 'items', title: t('items'), number: true, width: 80, render: (row) => row.items },
    { key: 'rows', title: t('rows'), number: true, width: 104, render: (row) => figure(row.rows) },
    { key: 'updated', title: t('updated'), width: 150, render: (row) => <Updated line={row} /> },
  ];
}

type FacetName = keyof SearchResult['facets'];

function Facet(props: {
  name: FacetName;
  found: SearchResult;
  value: string;
  onChange: (next: string) => void;
}): ReactNode {
  const t = useText(text);
  const { name, found, value } = props;
  const titleOf = (one: { value: string; title: string }): string =>
    name === 'layer'
      ? t(`layer.${one.value as 'raw'}`)
      : name === 'share'
        ? t(`share.${one.value as 'none'}`)
        : one.title;
  return (
    <fieldset className="cat-facet">
      <legend>{t(name)}</legend>
      {found.facets[name].map((one) => (
        <button
          key={one.value}
          type="button"
          className={one.value === value ? 'cat-option is-on' : 'cat-option'}
          aria-pressed={one.value === value}
          onClick={() => props.onChange(one.value === value ? '' : one.value)}
        >
          {name === 'grade' ? <GradeChip grade={one.value as Grade} /> : titleOf(one)}
          <small className="num">{one.count}</small>
        </button>
      ))}
    </fieldset>
  );
}

const facetNames: readonly FacetName[] = ['theme', 'owner', 'layer', 'share', 'grade'];

export default function List(): ReactNode {
  const t = useText(text);
  const go = useNavigate();
  const filters = useFilters();
  const query = useSearch(filters.values);
  const columns = useColumns();
  const input = useRef<InputRef>(null);
  const [at, setAt] = useState(-1);
  const rows = query.data?.resources ?? [];
  const open = (row: Summary | undefined) => row && void go(`/catalogue/${row.name}`);
  const step = (by: number) => () =>
    setAt((old) => Math.max(0, Math.min(rows.length - 1, old + by)));
  const openChosen = () => open(rows[at]);
  useLive('dataset', ['catalogue']);
  useKeys({
    j: step(1),
    k: step(-1),
    Enter: openChosen,
    '/': () => input.current?.focus(),
  });
  const clear = () => {
    for (const set of Object.values(filters.set)) set('');
  };
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="cat-list">
        <aside className="cat-facets">
          {query.data === undefined
            ? null
            : facetNames.map((name) => (
                <Facet
                  key={name}
                  name={name}
                  found={query.data}
                  value={filters.values[name]}
                  onChange={filters.set[name]}
                />
              ))}
        </aside>
        <section className="cat-found">
          <div className="cat-bar">
            <Input
              ref={input}
              allowClear
              className="cat-search"
              prefix={<IconSearch size={16} aria-hidden />}
              suffix={<KeyCap>/</KeyCap>}
              placeholder={t('search')}
              aria-label={t('search')}
              value={filters.values.q}
              onChange={(event) => filters.set.q(event.target.value)}
            />
            <span className="faint">{t('count', { n: query.data?.total ?? '-' })}</span>
            {filters.any ? <Button onClick={clear}>{t('clear')}</Button> : null}
            <span className="grow" />
            <MoveKeys opens />
          </div>
          <Loaded query={query}>
            {(found) => (
              <div className="card cat-table">
                <DataTable
                  label={t('title')}
                  columns={columns}
                  rows={found.resources}
                  rowKey={(row) => row.name}
                  selected={rows[at]?.name}
                  onRow={open}
                  empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
                />
              </div>
            )}
          </Loaded>
        </section>
      </div>
    </>
  );
}
