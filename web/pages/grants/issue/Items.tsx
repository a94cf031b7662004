/** Which items a grant opens, and in what form. */
import { Button, Checkbox, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { PolicyTable } from '#gate/model';
import { useLocal, useText } from '#web/client';
import { GradeChip, Loaded, MaskChoice, Panel, ViewMark } from '#web/parts';
import { useContract } from './data.ts';
import type { Draft, ItemOf, OpenedView, Opening } from './draft.ts';
import { text } from './text.ts';

const views: readonly OpenedView[] = ['plain', 'masked', 'generalised', 'hashed'];
/** What is not sensitive is opened as it stands; all else masked until somebody says otherwise. */
const openingOf = ({ grade }: ItemOf): Opening => ({ view: grade === 'L1' ? 'plain' : 'masked' });
const takesMask = (view: OpenedView): view is 'masked' | 'generalised' =>
  view === 'masked' || view === 'generalised';

/** What counts only gives no item to be seen plain. */
const leastAtFirst = 5;

export interface Fields {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

function Form(props: {
  item: ItemOf;
  opening: Opening;
  masks: PolicyTable['masks'];
  onChange: (next: Opening) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { opening, onChange } = props;
  const item = local(props.item.title);
  const mask = 'mask' in opening ? opening.mask : undefined;
  return (
    <span className="grants-form">
      <Select
        size="small"
        aria-label={t('view', { item })}
        value={opening.view}
        options={views.map((value) => ({ value, label: <ViewMark view={value} /> }))}
        onChange={(view) => onChange({ view })}
      />
      {takesMask(opening.view) ? (
        <MaskChoice
          size="small"
          label={t('mask', { item })}
          placeholder={t('byMeaning')}
          masks={props.masks}
          view={opening.view}
          value={mask}
          onChange={(next) =>
            onChange({ view: opening.view, ...(next ? { mask: next } : {}) } as Opening)
          }
        />
      ) : null}
    </span>
  );
}

function List(props: Fields & { items: readonly ItemOf[]; masks: PolicyTable['masks'] }) {
  const local = useLocal();
  const { draft, set, items, masks } = props;
  const change = (name: string, opening: Opening | undefined): void => {
    const { [name]: _gone, ...rest } = draft.items;
    set({ items: opening === undefined ? rest : { ...rest, [name]: opening } });
  };
  return (
    <ul className="grants-items">
      {items.map((item) => {
        const opening = draft.items[item.name];
        return (
          <li key={item.name}>
            <Checkbox
              checked={opening !== undefined}
              onChange={({ target }) =>
                change(item.name, target.checked ? openingOf(item) : undefined)
              }
            >
              {local(item.title)} <small className="faint">{item.name}</small>
            </Checkbox>
            <GradeChip grade={item.grade} short />
            {opening === undefined ? null : (
              <Form
                item={item}
                opening={opening}
                masks={masks}
                onChange={(next) => change(item.name, next)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Counting({ draft, set }: Fields): ReactNode {
  const t = useText(text);
  return (
    <div className="grants-counting">
      <Checkbox
        checked={draft.least !== null}
        onChange={({ target }) => set({ least: target.checked ? leastAtFirst : null })}
      >
        {t('counted')}
      </Checkbox>
      {draft.least === null ? null : (
        <InputNumber
          size="small"
          min={2}
          max={1000}
          precision={0}
          aria-label={t('least')}
          prefix={t('least')}
          value={draft.least}
          onChange={(next) => set({ least: next ?? leastAtFirst })}
        />
      )}
    </div>
  );
}

export function Items({ draft, set, masks }: Fields & { masks: PolicyTable['masks'] }): ReactNode {
  const t = useText(text);
  const found = useContract(draft.dataset);
  const all = found.data?.items ?? [];
  const chosen = Object.keys(draft.items).length;
  const takeAll = (): void =>
    set({
      items: Object.fromEntries(
        all.map((item) => [item.name, draft.items[item.name] ?? openingOf(item)]),
      ),
    });
  const showAll = (view: OpenedView): void =>
    set({ items: Object.fromEntries(Object.keys(draft.items).map((name) => [name, { view }])) });
  return (
    <Panel
      title={t('items')}
      note={all.length === 0 ? '' : t('itemsNote', { n: chosen, all: all.length })}
      extra={
        all.length === 0 ? null : (
          <span className="grants-acts">
            <Button size="small" onClick={takeAll}>
              {t('all')}
            </Button>
            <Button size="small" disabled={chosen === 0} onClick={() => set({ items: {} })}>
              {t('none')}
            </Button>
            <Select
              size="small"
              aria-label={t('formOfAll')}
              placeholder={t('formOfAll')}
              disabled={chosen === 0}
              value={null}
              options={views.map((value) => ({ value, label: <ViewMark view={value} /> }))}
              onChange={(view: OpenedView | null) => view && showAll(view)}
            />
          </span>
        )
      }
    >
      {draft.dataset === '' ? (
        <p className="faint grants-inside">{t('pickFirst')}</p>
      ) : (
        <Loaded query={found}>
          {({ items }) => (
            <>
              <List draft={draft} set={set} items={items} masks={masks} />
              <Counting draft={draft} set={set} />
            </>
          )}
        </Loaded>
      )}
    </Panel>
  );
}
