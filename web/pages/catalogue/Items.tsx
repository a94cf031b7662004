/**
 * Items with their grade and what this reader sees of each, with a sample read through the gate.
 */
import { Select, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item } from '#catalogue/model';
import type { DatasetView, PageResult } from '#gate/model';
import { type Bilingual, useListed, useLocal, useMay, useText } from '#web/client';
import { type Column, DataTable, GradeChip, Loaded, ViewMark } from '#web/parts';
import { type Resource, useRoles, useSample, useView } from './data.ts';
import { text } from './text.ts';

type Seen = DatasetView['items'][number];

/** Values of the first visible row, by item. */
const sampleOf = (page: PageResult | undefined): Map<string, unknown> => {
  const [row] = page?.rows ?? [];
  return new Map(page?.columns.map((column, at) => [column.name, row?.[at]]));
};

const shown = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const typeWords = ['text', 'integer', 'decimal', 'date', 'timestamp', 'boolean'] as const;

const typeWord = (type: string): (typeof typeWords)[number] =>
  typeWords.find((word) => type.startsWith(word)) ?? 'text';

/** Says that an item is shared less than its resource, and why. */
function ShareMark({ item: { share } }: { item: Item }): ReactNode {
  const t = useText(text);
  if (share === undefined) return null;
  const refused = share.type === 'none';
  return (
    <Tooltip title={refused ? share.clause : share.condition}>
      <span className="chip cat-key">{t(refused ? 'refused' : 'restricted')}</span>
    </Tooltip>
  );
}

/** The codes an item may have, with their words. */
function Codes({ item: { codes } }: { item: Item }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const local = useLocal();
  if (codes === undefined) return null;
  const all = Object.entries(codes);
  const words = all.slice(0, 20).map(([code, one]) => {
    const word = local(one);
    return word === code ? code : `${code} ${word}`;
  });
  return (
    <Tooltip title={listed(words) + (all.length > 20 ? ' …' : '')}>
      <small className="chip">{t('codes', { n: all.length })}</small>
    </Tooltip>
  );
}

function useColumns(props: {
  resource: Resource;
  seen: Map<string, Seen>;
  /** Nothing while it is read. */
  sample: Map<string, unknown> | undefined;
}): Column<Item>[] {
  const t = useText(text);
  const local = useLocal();
  const { resource, seen, sample } = props;
  const { key } = resource.contract;
  const meaning = (item: Item): Bilingual | undefined =>
    item.semantic === undefined ? undefined : resource.meanings[item.semantic];
  return [
    {
      key: 'item',
      title: t('items'),
      render: (item) => (
        <Tooltip title={item.meaning === undefined ? null : local(item.meaning)}>
          <span className="name-code">
            <b>{local(item.title)}</b> <small>{item.name}</small>
            {key.includes(item.name) ? <span className="chip cat-key">{t('key')}</span> : null}
            <ShareMark item={item} />
          </span>
        </Tooltip>
      ),
    },
    {
      key: 'semantic',
      title: t('semantic'),
      render: (item) => {
        const words = meaning(item);
        const said = words === undefined ? t(`type.${typeWord(item.type)}`) : local(words);
        return (
          <span className={words === undefined ? 'faint' : ''}>
            {said} <Codes item={item} />
          </span>
        );
      },
    },
    { key: 'grade', title: t('grade'), render: (item) => <GradeChip grade={item.grade} /> },
    {
      key: 'view',
      title: t('youSee'),
      render: (item) => {
        const one = seen.get(item.name);
        return (
          <Tooltip title={one === undefined ? null : `${t('because')} ${local(one.because)}`}>
            <span>
              <ViewMark view={one?.view ?? 'absent'} />
            </span>
          </Tooltip>
        );
      },
    },
    {
      key: 'sample',
      title: t('sample'),
      render: (item) =>
        (seen.get(item.name)?.view ?? 'absent') !== 'absent' ? (
          <span className="cat-sample">
            {sample === undefined ? '…' : shown(sample.get(item.name))}
          </span>
        ) : (
          <span className="faint">{t('notGiven')}</span>
        ),
    },
  ];
}

const rowWords = { all: 'rowsAll', units: 'rowsUnits', none: 'rowsNone' } as const;

function LookAs(props: { value: string; onChange: (role: string) => void }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const may = useMay();
  const roles = useRoles().data?.roles ?? [];
  if (!may('gate.manage')) return null;
  const options = roles.map(({ name, title }) => ({ value: name, label: local(title) }));
  return (
    <Select
      size="small"
      className="cat-as"
      aria-label={t('youSee')}
      value={props.value}
      onChange={props.onChange}
      options={[{ value: '', label: t('me') }, ...options]}
    />
  );
}

export function Items({ resource }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const [as, setAs] = useState('');
  const { contract, summary } = resource;
  const view = useView(contract.name, as);
  // The sample is the reader's own, whatever role he looks through.
  const sample = useSample(contract.name, as === '' && summary.rows !== null);
  const seen = new Map(view.data?.items.map((one) => [one.item, one]));
  const columns = useColumns({
    resource,
    seen,
    sample: sample.isLoading ? undefined : sampleOf(as === '' ? sample.data : undefined),
  });
  return (
    <section className="card cat-items">
      <div className="panel-head">
        <h2>{t('itemsHead', { n: contract.items.length })}</h2>
        {view.data === undefined ? null : (
          <span className="cat-counts">
            {as === '' ? <span className="faint">{t('asYou')}</span> : null}
            <b className="view-plain">{t('plainN', { n: view.data.plain })}</b>
            {view.data.changed === 0 ? null : (
              <b className="view-masked">{t('changedN', { n: view.data.changed })}</b>
            )}
            <b className="view-absent">{t('absentN', { n: view.data.absent })}</b>
            <span className="faint">{t(rowWords[view.data.rows])}</span>
          </span>
        )}
        <span className="grow" />
        <LookAs value={as} onChange={setAs} />
      </div>
      <Loaded query={view}>
        {() => (
          <DataTable
            label={t('itemsHead', { n: contract.items.length })}
            columns={columns}
            rows={contract.items}
            rowKey={(item) => item.name}
          />
        )}
      </Loaded>
    </section>
  );
}
