/** What was found, and what each recheck found after it: the proof that it is mended. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Correction, Recheck } from '#quality/model';
import { shortTime, useLocal, useText } from '#web/client';
import { Facts, figure, NameAndCode, Panel, StateMark } from '#web/parts';
import { text } from './text.ts';

function Count(props: {
  word: string;
  rows: number | null;
  of: number | null;
  foot: string;
  state: 'bad' | 'ok' | 'stale';
}): ReactNode {
  const t = useText(text);
  return (
    <div className={`proof-count is-${props.state}`}>
      <small>{props.word}</small>
      <b className="num">{props.rows === null ? '-' : figure(props.rows)}</b>
      <span className="faint">{props.of === null ? '' : t('ofRows', { n: figure(props.of) })}</span>
      <small className="faint">{props.foot}</small>
    </div>
  );
}

function Line({ one, dataset }: { one: Recheck; dataset: string }): ReactNode {
  const t = useText(text);
  const counts = ({ rows, of }: Recheck): string => {
    if (rows === null) return t('notCounted');
    if (of === null) return t('stillFaulty', { rows: figure(rows) });
    return t('recheckCounts', { rows: figure(rows), of: figure(of) });
  };
  return (
    <li>
      <StateMark state={one.passed ? 'ok' : 'bad'} word={t(one.passed ? 'passed' : 'failed')} />
      <span className="num">{shortTime(one.at)}</span>
      <span>{counts(one)}</span>
      <span className="faint">
        {one.snapshot === null ? '' : t('snapshot', { n: one.snapshot })}
      </span>
      {one.batch === null ? null : (
        <Link to={`/ingest?dataset=${dataset}`}>{t('seeDeliveries')}</Link>
      )}
    </li>
  );
}

export function Evidence({ correction }: { correction: Correction }): ReactNode {
  const t = useText(text);
  const { found, rechecks } = correction;
  const [last] = rechecks;
  const foot = (at: string, snapshot: number | null): string =>
    [shortTime(at), snapshot === null ? '' : t('snapshot', { n: snapshot })]
      .filter(Boolean)
      .join(' · ');
  return (
    <Panel title={t('proof')} note={t('proofNote')}>
      <div className="proof">
        <Count
          word={t('before')}
          rows={found.rows}
          of={found.of}
          foot={foot(found.at, found.snapshot)}
          state="bad"
        />
        <span className="proof-arrow" aria-hidden>
          →
        </span>
        {last === undefined ? (
          <Count word={t('after')} rows={null} of={null} foot={t('notYet')} state="stale" />
        ) : (
          <Count
            word={t('after')}
            rows={last.rows}
            of={last.of}
            foot={foot(last.at, last.snapshot)}
            state={last.passed ? 'ok' : 'bad'}
          />
        )}
      </div>
      {rechecks.length === 0 ? null : (
        <ul className="proof-list">
          {rechecks.map((one) => (
            <Line key={one.at} one={one} dataset={correction.dataset} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function Says({ correction }: { correction: Correction }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { dataset, datasetTitle, item, says, expected, kind } = correction;
  return (
    <Panel title={t('facts')}>
      <Facts
        rows={[
          [t('foundBy'), kind === 'check' ? local(says) : t(`kind_${kind}`)],
          ...(expected === null ? [] : ([[t('expected'), local(expected)]] as const)),
          [
            t('dataset'),
            <Link key="dataset" to={`/catalogue/${dataset}`}>
              <NameAndCode name={local(datasetTitle)} code={dataset} />
            </Link>,
          ],
          [
            t('item'),
            item ? <NameAndCode key="i" name={local(item.title)} code={item.name} /> : null,
          ],
          ...correction.reasons.map(
            ({ at, reason }) => [`${t('reason')} ${shortTime(at)}`, reason] as const,
          ),
        ]}
      />
    </Panel>
  );
}
