/** The seven stops: a line of times with a card below each. */
import type { ReactNode } from 'react';
import { hourMinute, useLocal, useText } from '#web/client';
import { Art } from './Art.tsx';
import type { StoryReport, StoryStop } from './model.ts';
import { text } from './text.ts';

const Stop = (props: {
  stop: StoryStop;
  report: StoryReport;
  shown: boolean;
  onChoose: (n: number) => void;
}): ReactNode => {
  const t = useText(text);
  const local = useLocal();
  const { stop, shown } = props;
  const note = stop.state === 'now' ? t('happening') : shown ? t('watching') : '';
  const town = props.report.numbers.find((number) => number.level === 'town');
  return (
    <li className={`stop stop-${stop.state}${shown ? ' shown' : ''}`}>
      <span className="stop-at">
        <b>{stop.at ? hourMinute(stop.at) : t('notYet')}</b>
        <small>{note}</small>
      </span>
      <span className="stop-dot" aria-hidden="true">
        {stop.n}
      </span>
      <button
        type="button"
        className="plain-button card stop-card"
        aria-pressed={shown}
        onClick={() => props.onChoose(stop.n)}
      >
        <Art stop={stop} number={town ?? props.report.numbers[0]} />
        <span className="stop-words">
          <b>{local(stop.title)}</b>
          {stop.lines.map((line) => (
            <span key={line.en}>{local(line)}</span>
          ))}
        </span>
      </button>
    </li>
  );
};

export function Stops(props: {
  report: StoryReport;
  shown: StoryStop;
  onChoose: (n: number) => void;
}): ReactNode {
  const t = useText(text);
  return (
    <ol className="stops" aria-label={t('steps')}>
      {props.report.stops.map((stop) => (
        <Stop
          key={stop.n}
          stop={stop}
          report={props.report}
          shown={stop.n === props.shown.n}
          onChoose={props.onChoose}
        />
      ))}
    </ol>
  );
}
