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

const Arrow = (): ReactNode => <IconArrowNarrowRight size={22} stroke={1.25} aria-hidden />;

export function LineageStrip({ resource }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { contract, summary, lineage } = resource;
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
      <Link to={`/lineage/${contract.name}`}>{local(perItem)}</Link>
      {lineage.upstream.map((node) => (
        <Fragment key={`${node.kind} ${node.name}`}>
          <Box node={node} />
          <Arrow />
        </Fragment>
      ))}
      <span ref={own} className="cat-node is-this" aria-current="page">
        <b>
          {local(contract.title)} <GradeChip grade={summary.grade} short />
        </b>
        <small>{t('thisOne')}</small>
      </span>
      {lineage.downstream.map((node) => (
        <Fragment key={`${node.kind} ${node.name}`}>
          <Arrow />
          <Box node={node} />
        </Fragment>
      ))}
    </section>
  );
}
