/** Where a number comes from: meaning, owner, data, thresholds, formula, what it was before. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Explanation } from '#indicators/model';
import { shortTime, useLocal, useText, useUnitWords } from '#web/client';
import { Facts, figure, Panel } from '#web/parts';
import { text } from './text.ts';

function Snapshots({ data }: { data: Explanation }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  return (
    <ul className="indicator-snapshots">
      {data.snapshots.map((snapshot) => (
        <li key={snapshot.snapshot}>
          <Link to={`/catalogue/${snapshot.dataset}`}>{local(snapshot.title)}</Link>{' '}
          <span className="faint">
            {t('version', { n: snapshot.version })} · {unit(snapshot.ownerName)} ·{' '}
            {shortTime(snapshot.at)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function About({ data }: { data: Explanation }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const { thresholds } = data;
  const bounds = thresholds && {
    warn: figure(thresholds.warn, data.decimals),
    bad: figure(thresholds.bad, data.decimals),
  };
  return (
    <Panel title={t('about')}>
      <div className="indicator-about">
        <Facts
          rows={[
            [t('meaning'), local(data.meaning)],
            [t('owner'), unit(data.ownerName)],
            [t('period'), t(data.period)],
            [t('asOf'), data.asOf ? shortTime(data.asOf) : null],
            [t('computed'), data.computedAt ? shortTime(data.computedAt) : null],
            [
              t('bounds'),
              bounds ? t(data.direction === 'up' ? 'boundsUp' : 'boundsDown', bounds) : null,
            ],
            [t('source'), data.source],
            [t('file'), <code key="file">{data.file}</code>],
            [t('snapshots'), <Snapshots key="snapshots" data={data} />],
          ]}
        />
        <details className="indicator-sql">
          <summary>{t('formula')}</summary>
          <pre>{data.sql}</pre>
        </details>
      </div>
    </Panel>
  );
}

export function History({ data }: { data: Explanation }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  return (
    <Panel title={t('history')} note={t('historyNote')}>
      <ol className="indicator-history">
        {data.history.slice(0, 12).map((entry) => (
          <li key={`${entry.at} ${entry.day}`}>
            <span className="faint">{shortTime(entry.at)}</span>
            <b className="num">
              {figure(entry.value, data.decimals)}{' '}
              {entry.value === null ? '' : local(data.valueUnit)}
            </b>
            <span className="faint">{entry.day}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
