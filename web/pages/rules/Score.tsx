/** What came of the signals of a rule, in five numbers; precision says how far to trust it. */
import type { ReactNode } from 'react';
import type { RuleView } from '#rules/model';
import { useText } from '#web/client';
import { figure } from '#web/parts';
import { text } from './text.ts';

const counts = ['raised', 'open', 'confirmed', 'dismissed'] as const;

export function Score({ score }: { score: RuleView['score'] }): ReactNode {
  const t = useText(text);
  return (
    <dl className="rule-score">
      {counts.map((name) => (
        <div key={name}>
          <dt>{t(name)}</dt>
          <dd className="num">{figure(score[name])}</dd>
        </div>
      ))}
      <div>
        <dt>{t('precision')}</dt>
        <dd className={score.precision === null ? 'faint rule-unjudged' : 'num'}>
          {score.precision === null ? t('noPrecision') : `${figure(score.precision * 100, 1)} %`}
        </dd>
      </div>
    </dl>
  );
}
