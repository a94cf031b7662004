/** 分类分级: what values say of items, what is put forward, confirmed, and how far it is. */
import { Progress, Segmented } from 'antd';
import type { ReactNode } from 'react';
import type { GradesSummary } from '#gate/model';
import { useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import { type Column, DataTable, GradeChip, Loaded, NameAndCode, PageHeader } from '#web/parts';
import { useSummary } from './data.ts';
import './grades.css';
import { Items } from './Items.tsx';
import { RunBar, StartButton } from './Run.tsx';
import { text } from './text.ts';

const tabs = ['items', 'departments', 'datasets'] as const;

type Owner = GradesSummary['owners'][number];
type Dataset = GradesSummary['datasets'][number];

function Departments({ summary }: { summary: GradesSummary }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const columns: Column<Owner>[] = [
    { key: 'owner', title: t('owner'), render: ({ ownerName }) => <b>{unit(ownerName)}</b> },
    {
      key: 'datasets',
      named: true,
      title: t('datasets'),
      number: true,
      render: ({ datasets }) => datasets,
    },
    { key: 'items', named: true, title: t('items'), number: true, render: ({ items }) => items },
    {
      key: 'looked',
      named: true,
      title: t('looked'),
      width: 220,
      render: ({ looked, items, ownerName }) => (
        <Progress
          percent={items === 0 ? 0 : Math.round((looked / items) * 100)}
          format={() => t('of', { n: looked, all: items })}
          aria-label={`${unit(ownerName)} ${t('looked')}`}
        />
      ),
    },
    { key: 'open', named: true, title: t('open'), number: true, render: ({ open }) => open },
    {
      key: 'decided',
      named: true,
      title: t('decided'),
      number: true,
      render: ({ decided }) => decided,
    },
  ];
  return (
    <section className="card">
      <DataTable
        label={t('departments')}
        columns={columns}
        rows={summary.owners}
        rowKey={({ owner }) => owner}
      />
    </section>
  );
}

const whyWords = {
  declared: 'whyDeclared',
  persons: 'whyPersons',
  sensitive: 'whySensitive',
  sources: 'whySources',
} as const;

/** What its items, its size and its sources speak for, and why. */
function National({ one }: { one: Dataset }): ReactNode {
  const t = useText(text);
  const { national, nationalProposed, nationalWhy, rows } = one;
  if (nationalWhy === 'none') return <span className="faint">{t('same')}</span>;
  return (
    <span className="grades-two">
      {nationalProposed === national ? (
        <span className="faint">{t('same')}</span>
      ) : (
        <b>{t(nationalProposed)}</b>
      )}
      <small className="faint">{t(whyWords[nationalWhy], { rows })}</small>
    </span>
  );
}

function Datasets({ summary }: { summary: GradesSummary }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const columns: Column<Dataset>[] = [
    {
      key: 'dataset',
      title: t('dataset'),
      render: ({ dataset, title }) => <NameAndCode name={local(title)} code={dataset} />,
    },
    { key: 'grade', title: t('highest'), render: ({ grade }) => <GradeChip grade={grade} /> },
    {
      key: 'proposed',
      named: true,
      title: t('afterwards'),
      render: ({ proposed, grade }) =>
        proposed === grade ? (
          <span className="faint">{t('same')}</span>
        ) : (
          <GradeChip grade={proposed} />
        ),
    },
    { key: 'national', named: true, title: t('national'), render: ({ national }) => t(national) },
    {
      key: 'nationalProposed',
      named: true,
      title: t('nationalProposed'),
      render: (one) => <National one={one} />,
    },
  ];
  return (
    <>
      <p className="faint">{t('nationalLead')}</p>
      <section className="card">
        <DataTable
          label={t('datasets')}
          columns={columns}
          rows={summary.datasets}
          rowKey={({ dataset }) => dataset}
        />
      </section>
    </>
  );
}

export default function Grades(): ReactNode {
  const t = useText(text);
  const summary = useSummary();
  const [chosen, setChosen] = useUrlValue('tab', 'items');
  const tab = tabs.find((one) => one === chosen) ?? 'items';
  return (
    <>
      <PageHeader title={t('title')} actions={<StartButton />}>
        {t('lead')}
      </PageHeader>
      <div className="grades-page">
        <RunBar summary={summary.data} />
        <Segmented
          className="grades-tabs"
          aria-label={t('title')}
          value={tab}
          options={tabs.map((value) => ({ value, label: t(value) }))}
          onChange={setChosen}
        />
        {tab === 'items' ? <Items summary={summary.data} /> : null}
        {tab === 'departments' ? (
          <Loaded query={summary}>{(all) => <Departments summary={all} />}</Loaded>
        ) : null}
        {tab === 'datasets' ? (
          <Loaded query={summary}>{(all) => <Datasets summary={all} />}</Loaded>
        ) : null}
        <p className="faint">{t('sealed')}</p>
      </div>
    </>
  );
}
