/** The rows of one dataset that are about the person, value by value. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage, useLocal, useText } from '#web/client';
import type { OwnItem, OwnSet } from './data.ts';
import type { Pointed } from './Saying.tsx';
import { text } from './text.ts';

/** `3301**********0037`: what others at the table need not read. */
const struck = (value: string): string =>
  value.length < 9
    ? value
    : `${value.slice(0, 4)}${'*'.repeat(value.length - 8)}${value.slice(-4)}`;

const numbers: ReadonlySet<string | null> = new Set(['citizen_id', 'citizen_id_old', 'bank_card']);

/** Codes in words, truth values too; a number of a document only when it was asked for. */
export function useShown(withNumbers: boolean): (item: OwnItem, value: unknown) => string {
  const t = useText(text);
  const local = useLocal();
  const english = useLanguage() === 'en';
  return (item, value) => {
    if (value === null || value === undefined || value === '') return t('empty');
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    const plain = String(value);
    const words = english ? item.values?.[plain] : undefined;
    if (words) return local(words);
    return numbers.has(item.semantic) && !withNumbers ? struck(plain) : plain;
  };
}

function Value(props: {
  item: OwnItem;
  shown: string;
  pending: boolean;
  onPoint: (() => void) | undefined;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { item, shown, pending, onPoint } = props;
  const title = local(item.title);
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <span className="grow" lang="zh-CN">
          {shown}
        </span>
        {item.view === 'plain' ? null : <small className="faint">{t('others')}</small>}
        {pending ? <small className="faint">{t('pending')}</small> : null}
        {onPoint && !pending ? (
          <Button
            type="link"
            size="small"
            aria-label={t('wrongItem', { item: title })}
            onClick={onPoint}
          >
            {t('wrong')}
          </Button>
        ) : null}
      </dd>
    </div>
  );
}

export function Records(props: {
  set: OwnSet;
  withNumbers: boolean;
  canObject: boolean;
  /** Items objected to and still open: `dataset item`. */
  pending: ReadonlySet<string>;
  onPoint: (pointed: Pointed) => void;
}): ReactNode {
  const t = useText(text);
  const { set, canObject, pending, onPoint } = props;
  const show = useShown(props.withNumbers);
  return (
    <>
      {set.rows.map(({ record, values }, at) => (
        <section key={record ?? at} className="own-record">
          {set.rows.length > 1 ? <h3>{t('record', { n: at + 1 })}</h3> : null}
          <dl>
            {set.items.map((item, place) => {
              const shown = show(item, values[place]);
              const may = canObject && record !== null && item.view === 'plain';
              return (
                <Value
                  key={item.item}
                  item={item}
                  shown={shown}
                  pending={set.rows.length === 1 && pending.has(`${set.dataset} ${item.item}`)}
                  onPoint={may ? () => onPoint({ set, item, record, value: shown }) : undefined}
                />
              );
            })}
          </dl>
        </section>
      ))}
      {set.more ? <p className="faint">{t('more', { n: set.rows.length })}</p> : null}
    </>
  );
}
