/** The numbers the story moved, before and after; each leads to its rows. */
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { shortTime, useLocal, useText, useUnitWords } from '#web/client';
import { figure, Sparkline, StateMark } from '#web/parts';
import type { StoryNumber } from './model.ts';
import { text } from './text.ts';

const better = (number: StoryNumber): boolean =>
  number.before === null || number.after === null
    ? true
    : number.better === 'up'
      ? number.after >= number.before
      : number.after <= number.before;

function Moved({ number }: { number: StoryNumber }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const level = number.level === 'village' || number.level === 'town' ? number.level : 'district';
  const arrival =
    number.at === null
      ? ''
      : number.seconds === null
        ? shortTime(number.at)
        : t('arrived', { time: shortTime(number.at), n: figure(number.seconds) });
  return (
    <Link to={`/indicators/${number.indicator}?unit=${number.unit}`} className="moved">
      <span className="row">
        <span className="chip">
          {t(level)} · {unit(number.unitName)}
        </span>
        <span>{local(number.name)}</span>
      </span>
      <span className="moved-value">
        <span>{figure(number.before, number.digits)}</span>
        <IconArrowRight size={18} aria-hidden />
        <b>{figure(number.after, number.digits)}</b>
        <small>{local(number.measure)}</small>
        <Sparkline values={number.trend} width={96} height={40} />
      </span>
      <span className="row moved-foot">
        <StateMark
          state={better(number) ? 'ok' : 'warn'}
          word={t(number.better === 'up' ? 'upGood' : 'downGood')}
        />
        <span className="muted grow">{arrival}</span>
        <span className="chip">{unit(number.owner)}</span>
      </span>
    </Link>
  );
}

export function Numbers({ numbers }: { numbers: readonly StoryNumber[] }): ReactNode {
  const t = useText(text);
  if (numbers.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">
        {t('numbers')} <small>{t('numbersNote')}</small>
      </h2>
      <div className="card moved-row">
        {numbers.map((number) => (
          <Moved key={`${number.indicator} ${number.unit}`} number={number} />
        ))}
      </div>
    </section>
  );
}
