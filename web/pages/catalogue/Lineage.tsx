/** Where it comes from and where it goes, in one line. */
import { IconArrowNarrowRight } from '@tabler/icons-react';
import { Fragment, type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { Lineage } from '#catalogue/model';
import { useLocal, useText } from '#web/client';
import { GradeChip } from '#web/parts';
import type { Resource } from './data.ts';
import { text } from './text.ts';

const perItem = { zh: '逐项查看', en: 'Item by item' };

type Node = Lineage['upstream'][number];

const kinds = ['system', 'dataset', 'derived', 'indicators', 'rules', 'pages'] as const;
type Kind = (typeof kinds)[number];

const pageOf = ({ kind, name }: Node): string | null => {
  if (kind === 'dataset' || kind === 'derived') return `/catalogue/${name}`;
  return null;
};

function Box({ node }: { node: Node }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const kind = kinds.find((one): one is Kind => one === node.kind) ?? 'other';
  const inside = (
    <>
      <b>{local(node.title)}</b>
      <small>{t(`kind.${kind}`)}</small>
    </>
  );
  const to = pageOf(node);
  return to === null ? (
    <span className="cat-node">{inside}</span>
  ) : (
    <Link className="cat-node" to={to}>
      {inside}
    </Link>
  );
}

/** Of what stands beside each other so many are shown; the page of the lineage has all. */
const most = 4;

/** What stands at one step of the way: beside each other, not one after the other. */
function Level({ nodes, more }: { nodes: readonly Node[]; more: string }): ReactNode {
  const t = useText(text);
  const rest = nodes.length - most;
  return (
    <span className={nodes.length > 1 ? 'cat-level is-many' : 'cat-level'}>
      {nodes.slice(0, most).map((node) => (
        <Box key={`${node.kind} ${node.name}`} node={node} />
      ))}
      {rest > 0 ? <Link to={more}>{t('moreValues', { n: rest })}</Link> : null}
    </span>
  );
}

const Arrow = (): ReactNode => <IconArrowNarrowRight size={22} stroke={1.25} aria-hidden />;

export function LineageStrip({ resource }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { contract, summary, lineage } = resource;
  const more = `/lineage/${contract.name}`;
  const before = [
    lineage.upstream.filter(({ kind }) => kind === 'system'),
    lineage.upstream.filter(({ kind }) => kind !== 'system'),
  ].filter((nodes) => nodes.length > 0);
  const strip = useRef<HTMLElement>(null);
  const own = useRef<HTMLSpanElement>(null);
  // Of a long chain the resource itself is what is looked at first.
  useEffect(() => {
    if (strip.current === null || own.current === null) return;
    const middle = own.current.offsetLeft + own.current.offsetWidth / 2;
    strip.current.scrollLeft = middle - strip.current.clientWidth / 2;
  }, []);
  return (
    <section ref={strip} className="card cat-lineage" aria-label={t('lineage')}>
      <h2>{t('lineage')}</h2>
      <Link to={more}>{local(perItem)}</Link>
      {before.map((nodes) => (
        <Fragment key={nodes[0]?.kind}>
          <Level nodes={nodes} more={more} />
          <Arrow />
        </Fragment>
      ))}
      <span ref={own} className="cat-node is-this" aria-current="page">
        <b>
          {local(contract.title)} <GradeChip grade={summary.grade} short />
        </b>
        <small>{t('thisOne')}</small>
      </span>
      {lineage.downstream.length === 0 ? null : (
        <>
          <Arrow />
          <Level nodes={lineage.downstream} more={more} />
        </>
      )}
    </section>
  );
}
