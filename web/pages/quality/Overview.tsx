/** 数据质量: the district, its departments, every dataset; worst first. */
import { Input, Segmented } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { ScoredDataset, ScoredUnit, Overview as Seen } from '#quality/model';
import { shortTime, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  DataTable,
  EmptyState,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  Panel,
  StateMark,
} from '#web/parts';
import { useScoreColumns } from './columns.tsx';
import { points, useOverview, useScoring } from './data.ts';
import { Families, Headline, History, useFamilies, useSaid } from './Families.tsx';
import './quality.css';
import { text } from './text.ts';

function Departments({ units }: { units: readonly ScoredUnit[] }): ReactNode {
  const t = useText(text);
  const named = useUnitWords();
  const titleOf = useFamilies();
  const said = useSaid();
  const [, setWords] = useUrlValue('q');
  const families = units[0]?.families ?? [];
  const scored = useScoreColumns<ScoredUnit>(
    families.map(({ family }) => ({ family, title: titleOf(family) })),
  );
  return (
    <Panel title={t('departments')} extra={<Link to="/ranking">{t('ranking')}</Link>}>
      <DataTable<ScoredUnit>
        wide
        label={t('departments')}
        rows={units}
        rowKey={(one) => one.unit}
        onRow={(one) => setWords(one.name)}
        columns={[
          {
            key: 'name',
            title: t('department'),
            render: (one) => <NameAndCode name={named(one.name)} code={one.unit} />,
          },
          ...scored,
          {
            key: 'failed',
            title: t('failed'),
            number: true,
            render: (one) => said(t('failed'), figure(one.failed)),
          },
        ]}
      />
    </Panel>
  );
}

const holds = (one: ScoredDataset, words: string): boolean => {
  const all = [one.title.zh, one.title.en, one.dataset, one.ownerName, one.owner];
  return all.join(' ').toLowerCase().includes(words.toLowerCase());
};

function Filter({ words, setWords }: { words: string; setWords: (to: string) => void }): ReactNode {
  const t = useText(text);
  const [only, setOnly] = useUrlValue('only', 'all');
  return (
    <div className="quality-filter">
      <Input.Search
        allowClear
        aria-label={t('search')}
        placeholder={t('search')}
        defaultValue={words}
        key={words}
        onSearch={setWords}
      />
      <Segmented
        value={only}
        onChange={setOnly}
        options={[
          { value: 'all', label: t('all') },
          { value: 'failed', label: t('only') },
        ]}
      />
    </div>
  );
}

function Standing({ one }: { one: ScoredDataset }): ReactNode {
  const t = useText(text);
  if (one.score === null) return <StateMark state="stale" word={t('notJudged')} />;
  if (one.failed === 0) return <StateMark state="ok" word={t('passed')} />;
  return <StateMark state="bad" word={`${t('failedWord')} ${one.failed}`} />;
}

function Datasets({ all }: { all: readonly ScoredDataset[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const said = useSaid();
  const named = useUnitWords();
  const navigate = useNavigate();
  const [words, setWords] = useUrlValue('q');
  const [only] = useUrlValue('only', 'all');
  const rows = all.filter((one) => holds(one, words) && (only === 'all' || one.failed > 0));
  return (
    <Panel title={t('datasets')} extra={<Filter words={words} setWords={setWords} />}>
      <DataTable<ScoredDataset>
        label={t('datasets')}
        rows={rows}
        rowKey={(one) => one.dataset}
        onRow={(one) => void navigate(`/quality/${one.dataset}`)}
        empty={<EmptyState title={t('none')}>{t('noneHint')}</EmptyState>}
        columns={[
          {
            key: 'title',
            title: t('dataset'),
            render: (one) => <NameAndCode name={local(one.title)} code={one.dataset} />,
          },
          { key: 'owner', title: t('owner'), render: (one) => named(one.ownerName) },
          {
            key: 'score',
            title: t('score'),
            number: true,
            width: 90,
            render: (one) => said(t('score'), <b>{points(one.score)}</b>),
          },
          {
            key: 'judged',
            title: t('judgedShort'),
            number: true,
            width: 120,
            render: (one) => said(t('judgedShort'), one.judged),
          },
          { key: 'state', title: t('state'), width: 130, render: (one) => <Standing one={one} /> },
          {
            key: 'faulty',
            title: t('faulty'),
            number: true,
            width: 110,
            render: (one) => said(t('faulty'), figure(one.faulty)),
          },
          {
            key: 'at',
            title: t('lastRun'),
            number: true,
            width: 130,
            render: (one) => said(t('lastRun'), one.at === null ? '-' : shortTime(one.at)),
          },
        ]}
      />
    </Panel>
  );
}

function Body({ data }: { data: Seen }): ReactNode {
  const t = useText(text);
  return (
    <div className="quality-page">
      <div className="quality-top">
        <Headline name={t('district')} score={data.district} />
        <Families score={data.district} />
      </div>
      <Departments units={data.departments} />
      <Datasets all={data.datasets} />
      <History days={data.history} title={t('district')} />
    </div>
  );
}

export default function Overview(): ReactNode {
  const t = useText(text);
  const query = useOverview();
  const scoring = useScoring().data;
  const local = useLocal();
  return (
    <>
      <PageHeader
        title={t('title')}
        marks={scoring ? <span className="chip">{local(scoring.title)}</span> : null}
      >
        {t('lead')}
      </PageHeader>
      <Loaded query={query}>{(data) => <Body data={data} />}</Loaded>
    </>
  );
}
