/** A score and the six families it is made of; what was not judged says so. */
import type { ReactNode } from 'react';
import type { Score } from '#quality/model';
import { useLocal, useText } from '#web/client';
import { Panel, Trend, useMedia } from '#web/parts';
import { percent, points, useScoring } from './data.ts';
import { text } from './text.ts';

/** Titles of the families in the reader's language. */
export function useFamilies(): (family: string) => string {
  const local = useLocal();
  const families = useScoring().data?.families ?? [];
  return (family) => {
    const found = families.find((one) => one.family === family);
    return found === undefined ? '' : local(found.title);
  };
}

/** On a phone cells stand below each other: each says what it is. */
export function useSaid(): (title: string, value: ReactNode) => ReactNode {
  const narrow = useMedia('(max-width: 640px)');
  return (title, value) =>
    narrow ? (
      <span className="quality-said">
        <span className="muted">{title}</span> {value}
      </span>
    ) : (
      value
    );
}

export function Bar({ rate }: { rate: number | null }): ReactNode {
  if (rate === null) return <span className="quality-bar is-none" />;
  return (
    <span className="quality-bar">
      <i style={{ width: `${Math.max(rate * 100, 1)}%` }} />
    </span>
  );
}

export function Headline({ name, score }: { name: string; score: Score }): ReactNode {
  const t = useText(text);
  return (
    <section className="card quality-score">
      <span className="muted">{name}</span>
      <b className={score.score === null ? 'faint' : ''}>{points(score.score)}</b>
      <span className="faint">
        {t('outOf')} · {t('judged', { n: score.judged })}
      </span>
    </section>
  );
}

export function Families({ score }: { score: Score }): ReactNode {
  const t = useText(text);
  const titleOf = useFamilies();
  return (
    <section className="card">
      <dl className="quality-families">
        {score.families.map((one) => (
          <div key={one.family}>
            <dt>
              <span>{titleOf(one.family)}</span>
              <span className="faint">{t('weight', { n: one.weight })}</span>
            </dt>
            <dd>
              <b>{one.rate === null ? t('notJudged') : percent(one.rate)}</b>
              <Bar rate={one.rate} />
              <small className="faint">
                {one.rate === null ? t('notJudgedHint') : t('checksOf', { n: one.checks })}
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface Day {
  day: string;
  score: number | null;
}

export function History({ days, title }: { days: readonly Day[]; title: string }): ReactNode {
  const t = useText(text);
  const known = days.filter(({ score }) => score !== null);
  return (
    <Panel title={t('history')}>
      <div className="quality-history">
        {known.length < 2 ? (
          <p className="faint">{t('historyShort')}</p>
        ) : (
          <Trend
            title={title}
            width={920}
            height={160}
            digits={2}
            points={days.map(({ day, score }) => ({ label: day.slice(5), value: score }))}
          />
        )}
      </div>
    </Panel>
  );
}
