/** 监督模型: every rule in force, what it rests on and how often it is right. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RuleView } from '#rules/model';
import { shortTime, useLocal, useText, useUnitWords } from '#web/client';
import { EmptyState, figure, Loaded, PageHeader, StateMark } from '#web/parts';
import { severityLooks, useRules } from './data.ts';
import './rules.css';
import { Score } from './Score.tsx';
import { text } from './text.ts';

/** When it ran last, and whether it went well. */
export function LastRun({ rule }: { rule: RuleView }): ReactNode {
  const t = useText(text);
  if (rule.last === null) return <span className="faint">{t('never')}</span>;
  if (rule.last.failed) {
    return <StateMark state="bad" word={t('failed', { code: rule.last.failed })} />;
  }
  return <span>{shortTime(rule.last.at)}</span>;
}

export function Standing({ rule }: { rule: RuleView }): ReactNode {
  const t = useText(text);
  return (
    <>
      <StateMark state={severityLooks[rule.severity]} word={t(`severity_${rule.severity}`)} soft />
      <span className="chip">{t(rule.mode)}</span>
    </>
  );
}

function RuleCard({ rule }: { rule: RuleView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  return (
    <article className="card rule-card">
      <header>
        <h2>
          <Link to={`/rules/${rule.rule}`}>{local(rule.title)}</Link>
        </h2>
        <Standing rule={rule} />
      </header>
      <p className="muted">{rule.legalBasis}</p>
      <Score score={rule.score} />
      <footer>
        <span>
          {t('owner')} <b>{rule.owner ? named(rule.owner.name) : t('ownerVaries')}</b>
        </span>
        <span>
          {t('finds')} <b className="num">{figure(rule.subjects)}</b>
        </span>
        <span>
          {t('lastRun')} <LastRun rule={rule} />
        </span>
      </footer>
    </article>
  );
}

export default function List(): ReactNode {
  const t = useText(text);
  const rules = useRules();
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="rules-page">
        <Loaded query={rules}>
          {(data) =>
            data.rules.length === 0 ? (
              <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
            ) : (
              <div className="rule-cards">
                {data.rules.map((rule) => (
                  <RuleCard key={rule.rule} rule={rule} />
                ))}
              </div>
            )
          }
        </Loaded>
      </div>
    </>
  );
}
