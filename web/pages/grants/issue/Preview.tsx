/** What the grantee is shown by the policy now, and what it would be shown under the grant. */
import type { ReactNode } from 'react';
import type { GrantDraft, GrantPreview, Simulation } from '#gate/model';
import { useLocal, useText, useUnitWords } from '#web/client';
import { GradeChip, maskName, Panel, ViewMark } from '#web/parts';
import { text } from './text.ts';

type Item = Simulation['items'][number];

function useHow(): (one: Item) => { how?: string } {
  const t = useText(text);
  return ({ least }) => (least === undefined ? {} : { how: t('leastOf', { n: least }) });
}

function Side(props: { word: string; one: Item; because: string; source: string }): ReactNode {
  const how = useHow();
  const { one } = props;
  const isSeen = one.view !== 'absent' && one.view !== 'counted';
  return (
    <div className="grants-side">
      <small className="faint">{props.word}</small>
      <span className="grants-becomes">
        <ViewMark view={one.view} {...how(one)} />
        {isSeen ? <code>{one.example.to ?? '-'}</code> : null}
      </span>
      <small>{props.because}</small>
      {props.source === '' ? null : <small className="faint">{props.source}</small>}
    </div>
  );
}

function Line({ before, after }: { before: Item; after: Item }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  return (
    <li>
      <span className="grants-name">
        <span>
          {local(after.title)} <GradeChip grade={after.grade} short />
        </span>
        <small className="faint">{after.example.from}</small>
      </span>
      <Side
        word={t('before')}
        one={before}
        because={before.line === null ? t('noLine') : local(before.because)}
        source={[before.line, before.source].filter(Boolean).join(' · ')}
      />
      <span aria-hidden className="grants-arrow">
        →
      </span>
      <Side word={t('after')} one={after} because={t('byGrant')} source="" />
    </li>
  );
}

function useRowWords(): (seen: Simulation) => string {
  const t = useText(text);
  const unit = useUnitWords();
  return ({ rows, units, roles }) => {
    const names = new Map(roles.map((held) => [held.unit, held.unitName]));
    const words = units.map((code) => unit(names.get(code) ?? code)).join(t('comma'));
    return t(`rows.${rows}`, { units: words });
  };
}

export function Preview(props: { found: GrantPreview; input: GrantDraft }): ReactNode {
  const t = useText(text);
  const words = useRowWords();
  const { before, after, grantee } = props.found;
  const known = new Map(before.items.map((one) => [one.item, one]));
  // Under the grant nothing else is seen: what it does not open needs no line of its own.
  const pairs = after.items.flatMap((one) => {
    const was = known.get(one.item);
    return was === undefined || one.view === 'absent' ? [] : [{ before: was, after: one }];
  });
  const narrowed =
    props.input.rows === undefined ? '' : t('narrowed', { n: props.input.rows.length });
  return (
    <Panel title={t('result', { who: maskName(grantee) })} note={t('resultNote')}>
      <div className="grants-inside" role="status">
        {after.mayRead ? null : <p className="grants-no">{t('noLeave')}</p>}
        <p>
          {t('rowsBefore', { rows: words(before) })} <span aria-hidden>→</span>{' '}
          {[t('rowsAfter', { rows: words(after) }), narrowed].filter(Boolean).join(t('comma'))}
        </p>
        <ul className="grants-pairs" aria-label={t('result', { who: maskName(grantee) })}>
          {pairs.map((pair) => (
            <Line key={pair.after.item} {...pair} />
          ))}
        </ul>
        {pairs.length === after.items.length ? null : (
          <p className="faint">{t('hidden', { n: after.items.length - pairs.length })}</p>
        )}
      </div>
    </Panel>
  );
}
