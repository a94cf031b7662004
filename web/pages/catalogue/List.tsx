/** 数据目录: find a resource by words and facets. */
import { Button, type InputRef } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Line, SearchResult, Summary } from '#catalogue/model';
import {
  useAge,
  useLive,
  useLocal,
  useText,
  useThemeWords,
  useUnitWords,
  useUrlValue,
} from '#web/client';
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
  PageHeader,
  StateMark,
  useKeys,
  useMedia,
} from '#web/parts';
import './catalogue.css';
import { useSearch } from './data.ts';
import { hitOf, Marked } from './Marked.tsx';
import { Sought } from './Sought.tsx';
import { Tools } from './Tools.tsx';
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
  if (line.asOf === null) {
    return <StateMark state="stale" word={t(line.derived ? 'notMade' : 'noData')} />;
  }
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

/** Name, code and description, with the words marked; items that hold a word stand below. */
function Resource({ row }: { row: Line }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [title, description] = [local(row.title), local(row.description)];
  const items = row.hits.filter((hit) => hit.field === 'item');
  return (
    <span className="cat-resource">
      <span className="name-code">
        <b>
          <Marked text={title} hit={hitOf(row, 'title', title)} />
        </b>{' '}
        <small>
          <Marked text={row.name} hit={hitOf(row, 'name', row.name)} />
          {row.code === null ? null : ` · ${row.code}`}
        </small>
      </span>
      <small className="muted">
        <Marked text={description} hit={hitOf(row, 'description', description)} />
      </small>
      {items.length === 0 ? null : (
        <span className="cat-hits">
          <small className="faint">{t('items')}</small>
          {items.map((hit) => (
            <small key={`${hit.name} ${hit.text}`} className="chip">
              <Marked text={hit.text} hit={hit} />
            </small>
          ))}
          {row.found > items.length ? (
            <small className="faint">{t('moreItems', { n: row.found - items.length })}</small>
          ) : null}
        </span>
      )}
    </span>
  );
}

function useColumns(): Column<Line>[] {
  const unit = useUnitWords();
  const t = useText(text);
  // On a phone a number stands without its column's title.
  const narrow = useMedia('(max-width: 640px)');
  return [
    {
      key: 'name',
      title: t('resource'),
      render: (row) => <Resource row={row} />,
    },
    {
      key: 'grade',
      title: t('grade'),
      width: 112,
      render: (row) => <GradeChip grade={row.grade} />,
    },
    {
      key: 'owner',
      title: t('owner'),
      width: 150,
      render: (row) => (
        <span className="cat-owner">
          <Marked text={unit(row.ownerName)} hit={hitOf(row, 'owner', unit(row.ownerName))} />
        </span>
      ),
    },
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
    {
      key: 'items',
      title: t('items'),
      number: true,
      width: 80,
      render: (row) => (narrow ? t('itemsHead', { n: row.items }) : row.items),
    },
    {
      key: 'rows',
      title: t('rows'),
      number: true,
      width: 104,
      render: (row) => (narrow ? t('rowsN', { n: figure(row.rows) }) : figure(row.rows)),
    },
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
  const [whole, setWhole] = useState(false);
  const theme = useThemeWords();
  const unit = useUnitWords();
  const all = found.facets[name];
  const chosen = all.findIndex((one) => one.value === value);
  const some = whole || chosen >= shortFacet ? all : all.slice(0, shortFacet);
  const titleOf = (one: { value: string; title: string }): string =>
    name === 'layer'
      ? t(`layer.${one.value as 'raw'}`)
      : name === 'share'
        ? t(`share.${one.value as 'none'}`)
        : name === 'theme'
          ? theme(one.value)
          : name === 'owner'
            ? unit(one.title)
            : one.title;
  return (
    <fieldset className="cat-facet">
      <legend>{t(name)}</legend>
      {some.map((one) => (
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
      {some.length < all.length ? (
        <button type="button" className="cat-option cat-more" onClick={() => setWhole(true)}>
          {t('moreValues', { n: all.length - some.length })}
        </button>
      ) : null}
    </fieldset>
  );
}

/** Values shown of a facet before somebody asks for the others. */
const shortFacet = 8;

const facetNames: readonly FacetName[] = ['theme', 'owner', 'layer', 'share', 'grade'];

export default function List(): ReactNode {
  const t = useText(text);
  const go = useNavigate();
  const filters = useFilters();
  const query = useSearch(filters.values);
  const columns = useColumns();
  const input = useRef<InputRef>(null);
  const [at, setAt] = useState(-1);
  const pages = query.data?.pages;
  const found = pages?.[0];
  const rows = pages?.flatMap((page) => page.resources) ?? [];
  const open = (row: Line | undefined) => row && void go(`/catalogue/${row.name}`);
  const step = (by: number) => () =>
    setAt((old) => Math.max(0, Math.min(rows.length - 1, old + by)));
  const openChosen = () => open(rows[at]);
  const narrow = useMedia('(max-width: 1080px)');
  const facets =
    found === undefined
      ? null
      : facetNames.map((name) => (
          <Facet
            key={name}
            name={name}
            found={found}
            value={filters.values[name]}
            onChange={filters.set[name]}
          />
        ));
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
      <PageHeader title={t('title')} actions={<Tools here="list" />}>
        {t('lead')}
      </PageHeader>
      <div className="cat-list">
        {narrow ? null : <aside className="cat-facets">{facets}</aside>}
        <section className="cat-found">
          <div className="cat-bar">
            <Sought
              ref={input}
              label={t('search')}
              value={filters.values.q}
              onChange={filters.set.q}
              suffix={<KeyCap>/</KeyCap>}
            />
            <span className="faint">{t('count', { n: found?.total ?? '-' })}</span>
            {filters.any ? <Button onClick={clear}>{t('clear')}</Button> : null}
            <span className="grow" />
            <MoveKeys opens />
          </div>
          {narrow ? (
            <details className="card cat-filters">
              <summary>{t('filters')}</summary>
              <div className="cat-facets">{facets}</div>
            </details>
          ) : null}
          <Loaded query={query}>
            {() => (
              <div className="card cat-table">
                <DataTable
                  label={t('title')}
                  columns={columns}
                  rows={rows}
                  onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
                  loadingMore={query.isFetchingNextPage}
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
