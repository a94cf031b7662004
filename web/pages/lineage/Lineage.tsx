/** 血缘: where each item of a dataset comes from and where it goes. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import type { ColumnLineage } from '#gate/model';
import type { RefreshPlan } from '#ingest/model';
import { get, useLocal, useText } from '#web/client';
import { LineageGraph, Loaded, PageHeader, Panel, useTitle } from '#web/parts';
import './lineage.css';
import { text } from './text.ts';

function useLineage(name: string) {
  return useQuery({
    queryKey: ['lineage', name],
    queryFn: async () => {
      const [lineage, refresh] = await Promise.all([
        get<ColumnLineage>(`/api/gate/datasets/${name}/lineage`),
        get<RefreshPlan>(`/api/ingest/datasets/${name}/refresh`),
      ]);
      return { lineage, refresh };
    },
  });
}

function Refresh(props: { plan: RefreshPlan; lineage: ColumnLineage }): ReactNode {
  const { plan, lineage } = props;
  const t = useText(text);
  const local = useLocal();
  const words = !plan.derived
    ? t('delivered')
    : plan.why !== null
      ? t('whole', { why: local(plan.why) })
      : t(plan.shape === 'groups' ? 'byGroups' : 'byRows');
  const titleOf = (name: string): string => {
    const found = lineage.nodes.find(({ id }) => id === `datasets/${name}`);
    return found === undefined ? name : local(found.title);
  };
  const last = { followed: 'lastFollowed', remade: 'lastRemade' } as const;
  return (
    <Panel title={t('refresh')}>
      <p>{words}</p>
      {plan.pinned.length === 0 ? null : (
        <p>{t('pinned', { what: plan.pinned.map(titleOf).join(t('and')) })}</p>
      )}
      {plan.last === null ? null : <p className="faint">{t(last[plan.last])}</p>}
    </Panel>
  );
}

function Rows({ lineage }: { lineage: ColumnLineage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const titleOf = (dataset: string, item: string): string => {
    const node = lineage.nodes.find(({ id }) => id === `datasets/${dataset}`);
    const title = node?.items.find(({ name }) => name === item)?.title;
    return `${node ? local(node.title) : dataset} · ${title ? local(title) : item}`;
  };
  const own = lineage.nodes.find(({ depth }) => depth === 0);
  const blind = lineage.items
    .filter(({ followed }) => !followed)
    .map(({ item }) => local(own?.items.find(({ name }) => name === item)?.title) || item);
  return (
    <Panel title={t('rows')}>
      {lineage.rows.length === 0 ? <p>{t('rowsNone')}</p> : null}
      <ul className="lineage-legend">
        {lineage.rows.map(({ dataset, item, influences }) => (
          <li key={`${dataset}.${item}`}>
            {titleOf(dataset, item)}
            <span className="faint">{influences.map((each) => t(each)).join(t('and'))}</span>
          </li>
        ))}
      </ul>
      {blind.length > 0 ? <p>{t('notFollowed', { items: blind.join(t('and')) })}</p> : null}
    </Panel>
  );
}

function Page({ lineage, refresh }: { lineage: ColumnLineage; refresh: RefreshPlan }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const own = lineage.nodes.find(({ depth }) => depth === 0);
  const title = own ? local(own.title) : lineage.dataset;
  useTitle(`${title} · ${t('title')}`);
  return (
    <>
      <PageHeader
        title={title}
        crumbs={[
          { label: t('catalogue'), to: '/catalogue' },
          { label: title, to: `/catalogue/${lineage.dataset}` },
          { label: t('title') },
        ]}
      >
        {t('lead')}
      </PageHeader>
      <div className="lin-body">
        <Panel>
          <LineageGraph lineage={lineage} pageOf={(name) => `/lineage/${name}`} />
        </Panel>
        <Refresh plan={refresh} lineage={lineage} />
        {refresh.derived ? <Rows lineage={lineage} /> : null}
      </div>
    </>
  );
}

export default function Lineage(): ReactNode {
  const { dataset = '' } = useParams();
  const query = useLineage(dataset);
  return <Loaded query={query}>{(data) => <Page {...data} />}</Loaded>;
}
