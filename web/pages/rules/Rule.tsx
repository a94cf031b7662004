/** One rule: why, what it finds, what came of it, how it runs. */
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { RuleView, Run } from '#rules/model';
import { shortTime, useLocal, useText, useUnitWords } from '#web/client';
import {
  DataTable,
  EmptyState,
  Facts,
  figure,
  Loaded,
  PageHeader,
  Panel,
  StateMark,
} from '#web/parts';
import { useRule, useRuns } from './data.ts';
import { Rows, Signals } from './Found.tsx';
import { LastRun, Standing } from './List.tsx';
import './rules.css';
import { Score } from './Score.tsx';
import { text } from './text.ts';

const Datasets = ({ names }: { names: readonly string[] }): ReactNode => (
  <span className="rule-reads">
    {names.map((name) => (
      <Link key={name} to={`/catalogue/${name}`}>
        <code>{name}</code>
      </Link>
    ))}
  </span>
);

function About({ rule }: { rule: RuleView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  return (
    <Panel title={t('about')}>
      <div className="rule-about">
        <Facts
          rows={[
            [t('basis'), rule.legalBasis],
            [t('source'), rule.source],
            [t('says'), local(rule.says)],
            [t('owner'), rule.owner ? named(rule.owner.name) : t('ownerVaries')],
            [t('confirm'), t(`confirm_${rule.confirm}`)],
            [t('reads'), <Datasets key="reads" names={rule.reads} />],
            [t('mends'), rule.mends ? <Datasets key="mends" names={[rule.mends]} /> : null],
            [t('lastRun'), <LastRun key="last" rule={rule} />],
            [t('file'), <code key="file">{rule.file}</code>],
            [t('version'), <code key="version">{rule.version}</code>],
          ]}
        />
        <details className="rule-sql">
          <summary>{t('formula')}</summary>
          <pre>{rule.sql}</pre>
        </details>
      </div>
    </Panel>
  );
}

function Runs({ rule }: { rule: string }): ReactNode {
  const t = useText(text);
  const runs = useRuns(rule);
  return (
    <Panel title={t('runs')}>
      <DataTable<Run>
        label={t('runs')}
        rows={runs.data?.runs}
        rowKey={(run) => `${run.at} ${run.version}`}
        empty={<EmptyState title={t('never')} />}
        columns={[
          { key: 'at', title: t('at'), render: (run) => shortTime(run.at) },
          {
            key: 'subjects',
            title: t('subjects'),
            number: true,
            render: (run) => figure(run.subjects),
          },
          { key: 'raised', title: t('raised'), number: true, render: (run) => figure(run.raised) },
          {
            key: 'cleared',
            title: t('cleared'),
            number: true,
            render: (run) => figure(run.cleared),
          },
          {
            key: 'result',
            title: t('result'),
            render: (run) =>
              run.failed ? (
                <StateMark state="bad" word={run.failed} />
              ) : (
                <StateMark state="ok" word={t('fine')} />
              ),
          },
        ]}
      />
    </Panel>
  );
}

function Body({ rule }: { rule: RuleView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  return (
    <>
      <PageHeader
        title={local(rule.title)}
        crumbs={[{ label: t('title'), to: '/rules' }, { label: rule.rule }]}
        marks={<Standing rule={rule} />}
      />
      <div className="rules-page">
        <section className="card rule-scores">
          <Score score={rule.score} />
        </section>
        <div className="rule-body">
          <div className="rule-main">
            <Signals rule={rule.rule} />
            <Rows rule={rule.rule} />
          </div>
          <div className="rule-main">
            <About rule={rule} />
            <Runs rule={rule.rule} />
          </div>
        </div>
      </div>
    </>
  );
}

export default function Rule(): ReactNode {
  const { rule = '' } = useParams();
  const query = useRule(rule);
  return <Loaded query={query}>{(data) => <Body rule={data} />}</Loaded>;
}
