/**
 * A picture of where items come from and where they go: a box for each dataset, a line from item to
 * item. An item that is chosen, by mouse or keyboard, shows its own way and quiets the rest.
 */
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { ColumnLineage } from '#gate/model';
import { useLocal, useText } from '#web/client';
import './lineage.css';
import {
  type Box,
  boxWidth,
  type Chosen,
  chainOf,
  isInChain,
  type Line,
  layout,
} from './lineage-layout.ts';

const text = {
  picture: { zh: '血缘图：{n} 个资源', en: 'Lineage of {n} resources' },
  dataset: { zh: '归集数据', en: 'Delivered' },
  derived: { zh: '派生数据', en: 'Derived' },
  indicators: { zh: '指标', en: 'Indicator' },
  rules: { zh: '监督模型', en: 'Rule' },
  other: { zh: '使用方', en: 'User' },
  more: { zh: '另有 {n} 项', en: '{n} more items' },
  copied: { zh: '原样', en: 'handed on' },
  computed: { zh: '计算', en: 'computed' },
  aggregated: { zh: '汇总', en: 'aggregated' },
  filter: { zh: '仅作判断', en: 'only asked' },
  rows: { zh: '决定有哪些行', en: 'decides over rows' },
  hint: {
    zh: '选择一个信息项，看它的来路和去向；按 Esc 取消。',
    en: 'Choose an item to see its way; Esc lets go.',
  },
  from: { zh: '{item} 来自', en: '{item} comes from' },
  into: { zh: '{item} 用于', en: '{item} goes into' },
  none: { zh: '无', en: 'nothing' },
} as const;

const hows = ['copied', 'computed', 'aggregated', 'filter'] as const;

interface Props {
  lineage: ColumnLineage;
  /** Page of a dataset; boxes are no links without it. */
  pageOf?: (name: string) => string;
}

export function LineageGraph({ lineage, pageOf }: Props): ReactNode {
  const t = useText(text);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const picture = useMemo(() => layout(lineage), [lineage]);
  const chain = useMemo(
    () => (chosen === null ? null : chainOf(lineage.edges, chosen)),
    [lineage, chosen],
  );
  const choose = (next: Chosen): void =>
    setChosen(chosen?.node === next.node && chosen.item === next.item ? null : next);
  return (
    <figure
      className="lineage"
      aria-label={t('picture', { n: lineage.nodes.length })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setChosen(null);
      }}
    >
      <div className="lineage-scroll">
        <div className="lineage-canvas" style={{ width: picture.width, height: picture.height }}>
          <Lines picture={picture} chain={chain} />
          {picture.boxes.map((box) => (
            <NodeBox key={box.node.id} {...{ box, chain, chosen, choose }} pageOf={pageOf} />
          ))}
        </div>
      </div>
      <figcaption>
        {chosen === null ? <p>{t('hint')}</p> : <Words lineage={lineage} chosen={chosen} />}
        <Legend />
      </figcaption>
    </figure>
  );
}

const pathOf = ({ from, to }: Line): string => {
  const bend = Math.max(32, Math.abs(to.x - from.x) / 2);
  return `M${from.x},${from.y} C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
};

function Lines(props: {
  picture: ReturnType<typeof layout>;
  chain: ReadonlySet<string> | null;
}): ReactNode {
  const { picture, chain } = props;
  return (
    <svg width={picture.width} height={picture.height} aria-hidden="true">
      {picture.lines.map((line) => {
        const { from, to, how } = line.edge;
        const isOn = chain !== null && isInChain(chain, from) && isInChain(chain, to);
        const state = chain === null ? '' : isOn ? ' is-on' : ' is-off';
        return (
          <path
            key={`${from.node} ${from.item} ${to.node} ${to.item}`}
            d={pathOf(line)}
            className={`lineage-line is-${how ?? 'rows'}${state}`}
          />
        );
      })}
    </svg>
  );
}

interface BoxProps {
  box: Box;
  chain: ReadonlySet<string> | null;
  chosen: Chosen | null;
  choose: (next: Chosen) => void;
  pageOf: Props['pageOf'];
}

function NodeBox({ box, chain, chosen, choose, pageOf }: BoxProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { node, items, hidden } = box;
  const isData = node.kind === 'dataset' || node.kind === 'derived';
  const kind = isData || node.kind === 'indicators' || node.kind === 'rules' ? node.kind : 'other';
  const titles = new Map(
    node.items.map(({ name, title }) => [name, title === null ? name : local(title)]),
  );
  const title = <b>{local(node.title)}</b>;
  return (
    <section
      className={`lineage-box is-${kind}${node.depth === 0 ? ' is-this' : ''}`}
      style={{ left: box.x, top: box.y, width: boxWidth, height: box.height }}
      aria-label={local(node.title)}
    >
      <header>
        {isData && pageOf && node.depth !== 0 ? <Link to={pageOf(node.name)}>{title}</Link> : title}
        <small>{t(kind as 'dataset' | 'derived' | 'indicators' | 'rules' | 'other')}</small>
      </header>
      {items.map((item) => {
        const end = { node: node.id, item };
        const isChosen = chosen?.node === node.id && chosen.item === item;
        const state = chain === null ? '' : isInChain(chain, end) ? ' is-on' : ' is-off';
        return (
          <button
            key={item}
            type="button"
            className={`lineage-item${state}`}
            aria-pressed={isChosen}
            title={`${titles.get(item)} · ${item}`}
            onClick={() => choose(end)}
          >
            {titles.get(item) === item ? <code>{item}</code> : titles.get(item)}
          </button>
        );
      })}
      {hidden > 0 ? <span className="lineage-more">{t('more', { n: hidden })}</span> : null}
    </section>
  );
}

/** The same in words: for who cannot see the lines, and for the kind of each step. */
function Words({ lineage, chosen }: { lineage: ColumnLineage; chosen: Chosen }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const nodes = new Map(lineage.nodes.map((node) => [node.id, node]));
  const nameOf = ({ node, item }: Chosen): string => {
    const found = nodes.get(node);
    const title = found?.items.find(({ name }) => name === item)?.title;
    return `${found ? local(found.title) : node} · ${title ? local(title) : item}`;
  };
  const same = (end: Chosen): boolean => end.node === chosen.node && end.item === chosen.item;
  const list = (ends: { end: Chosen; how: string | null }[]): ReactNode =>
    ends.length === 0
      ? t('none')
      : ends.map(({ end, how }) => (
          <span key={nameOf(end)} className="lineage-step">
            {nameOf(end)}
            <small>{t((how ?? 'rows') as 'copied')}</small>
          </span>
        ));
  const into = lineage.edges.filter(({ to }) => same(to)).map((e) => ({ end: e.from, how: e.how }));
  const out = lineage.edges
    .filter(({ from }) => same(from))
    .map((e) => ({ end: e.to, how: e.how }));
  const item = nameOf(chosen);
  return (
    <dl className="lineage-words" aria-live="polite">
      <dt>{t('from', { item })}</dt>
      <dd>{list(into)}</dd>
      <dt>{t('into', { item })}</dt>
      <dd>{list(out)}</dd>
    </dl>
  );
}

function Legend(): ReactNode {
  const t = useText(text);
  return (
    <ul className="lineage-legend">
      {[...hows, 'rows' as const].map((how) => (
        <li key={how}>
          <svg width="28" height="8" aria-hidden="true">
            <path d="M0,4 L28,4" className={`lineage-line is-${how}`} />
          </svg>
          {t(how)}
        </li>
      ))}
    </ul>
  );
}
