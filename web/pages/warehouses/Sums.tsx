/** How much there is: 归集, 回流, 派生 and 共享 beside each other, and its parts by theme or layer. */
import type { ReactNode } from 'react';
import type { Warehouses } from '#ingest/model';
import { useText } from '#web/client';
import { figure } from '#web/parts';
import { text } from './text.ts';

export function Sums({ all }: { all: Warehouses }): ReactNode {
  const t = useText(text);
  const { collected, returned, derived, shared } = all;
  const held = [
    { key: 'collected', sum: collected },
    { key: 'returned', sum: returned },
    { key: 'derived', sum: derived },
  ] as const;
  return (
    <dl className="wh-sums">
      {held.map(({ key, sum }) => (
        <div key={key} className="card">
          <dt>
            {t(key)} <small>{t(`${key}Hint`)}</small>
          </dt>
          <dd>
            <b className="num">{figure(sum.rows)}</b> {t('rowsUnit')}
            <span className="faint">
              {t('ofDatasets', { n: sum.datasets })}
              {key === 'derived' ? null : ` · ${t('ofDeliveries', { n: figure(sum.deliveries) })}`}
            </span>
          </dd>
        </div>
      ))}
      <div className="card">
        <dt>
          {t('shared')} <small>{t('sharedHint')}</small>
        </dt>
        <dd>
          <b className="num">{figure(shared.reads)}</b> {t('readsUnit')}
          <span className="faint">
            {t('sharedWith', { units: shared.units, n: shared.datasets, grants: shared.grants })}
          </span>
        </dd>
      </div>
    </dl>
  );
}

/** Parts of the whole by rows; one chosen filters the list below. */
export function Shares(props: {
  title: string;
  parts: Warehouses['themes'];
  nameOf?: (value: string) => string;
  chosen: string;
  onChoose: (value: string) => void;
}): ReactNode {
  const t = useText(text);
  const most = Math.max(1, ...props.parts.map(({ rows }) => rows));
  return (
    <section className="card wh-share" aria-label={props.title}>
      <h2>{props.title}</h2>
      <div className="wh-share-parts">
        {props.parts.map(({ value, rows, datasets }) => (
          <button
            key={value}
            type="button"
            className={value === props.chosen ? 'wh-part is-on' : 'wh-part'}
            aria-pressed={value === props.chosen}
            onClick={() => props.onChoose(value === props.chosen ? '' : value)}
          >
            <span>{props.nameOf?.(value) ?? value}</span>
            <small className="faint">
              {datasets === 0 ? t('isMissing') : t('ofDatasets', { n: datasets })}
            </small>
            <span className="num">{figure(rows)}</span>
            {rows === 0 ? null : <i style={{ width: `${(rows / most) * 100}%` }} aria-hidden />}
          </button>
        ))}
      </div>
    </section>
  );
}
