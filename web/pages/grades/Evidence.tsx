/** Why something is proposed: one line in the list, all of it in the drawer, with its history. */
import { Drawer } from 'antd';
import type { ReactNode } from 'react';
import type { DiscoverySeen, GradedItem } from '#gate/model';
import { shortTime, useLocal, useText } from '#web/client';
import { type Column, DataTable, EmptyState, GradeChip, Loaded, PersonName } from '#web/parts';
import { percent, useSteps } from './data.ts';
import { text } from './text.ts';

type Names = (type: string) => string;

export function EvidenceLine({ one, names }: { one: GradedItem; names: Names }): ReactNode {
  const t = useText(text);
  const [first] = one.seen;
  if (one.state === 'unseen') return <span className="faint grades-wide">-</span>;
  if (first === undefined) return <span className="faint">{t('nothing')}</span>;
  const words = first.whole
    ? t('whole', { share: percent(first.share), type: names(first.type) })
    : t('inside', { n: first.values, type: names(first.type) });
  return (
    <span className="grades-two">
      <span>{words}</span>
      <small className="faint">
        {first.examples.slice(0, 2).map((example) => (
          <code key={example}>{example}</code>
        ))}
        {one.named ? t('named') : null}
      </small>
    </span>
  );
}

const reasons = [
  'check',
  'layout',
  'prefix',
  'date',
  'words_before',
  'words_after',
  'surname',
  'given_name',
  'road_number',
  'building',
  'divisions',
  'crossing',
] as const;

function Found({ one, names }: { one: GradedItem; names: Names }): ReactNode {
  const t = useText(text);
  const why = (seen: DiscoverySeen): string =>
    reasons
      .filter((reason) => seen.reasons.includes(reason))
      .map((reason) => t(reason))
      .join(' · ');
  const columns: Column<DiscoverySeen>[] = [
    { key: 'type', title: t('type'), render: ({ type }) => names(type) },
    {
      key: 'share',
      named: true,
      title: t('share'),
      number: true,
      render: ({ share }) => percent(share),
    },
    {
      key: 'values',
      named: true,
      title: t('values'),
      number: true,
      render: ({ values }) => values,
    },
    { key: 'why', named: true, title: t('why'), render: why },
    {
      key: 'examples',
      named: true,
      title: t('examples'),
      render: ({ examples }) => (
        <span className="grades-two">
          {examples.map((example) => (
            <code key={example}>{example}</code>
          ))}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={t('found')}
      columns={columns}
      rows={one.seen}
      rowKey={({ type, whole }) => `${type}-${whole}`}
      empty={<EmptyState title={t('nothing')} />}
    />
  );
}

const stepWords = { submitted: 'submit', confirmed: 'confirm', refused: 'refuse' } as const;

function Steps({ one, names }: { one: GradedItem; names: Names }): ReactNode {
  const t = useText(text);
  const steps = useSteps(one);
  const named = (type: string | null): string => (type === null ? t('noType') : names(type));
  return (
    <Loaded query={steps}>
      {({ steps: all }) =>
        all.length === 0 ? (
          <p className="faint">{t('noHistory')}</p>
        ) : (
          <ol className="grades-steps">
            {all.map((step) => (
              <li key={step.at + step.step}>
                <b>{t(stepWords[step.step])}</b>
                <span>
                  {named(step.semanticBefore)} {step.gradeBefore} → {named(step.semanticAfter)}{' '}
                  {step.gradeAfter}
                </span>
                <span>{step.reason}</span>
                <small className="faint">
                  <PersonName name={step.by} /> · {shortTime(step.at)}
                </small>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

/** Nothing else is put forward than what stands there. */
const isAsProposed = ({ grade, semantic, proposedGrade, proposedSemantic }: GradedItem): boolean =>
  proposedGrade === grade && (proposedSemantic ?? semantic) === semantic;

/** Everything known of one item. */
export function ItemDrawer(props: {
  one: GradedItem | undefined;
  names: Names;
  onClose: () => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { one, names, onClose } = props;
  const misfits = one?.proposedSemantic == null || one.share >= 1 ? null : percent(1 - one.share);
  return (
    <Drawer
      open={one !== undefined}
      onClose={onClose}
      size="large"
      title={one === undefined ? '' : `${local(one.datasetTitle)} · ${local(one.title)}`}
    >
      {one === undefined ? null : (
        <div className="grades-drawer">
          <p>
            {t('declared')} <Meaning type={one.semantic} grade={one.grade} names={names} />
          </p>
          {isAsProposed(one) || one.proposedGrade === null ? null : (
            <p>
              {t('proposed')}{' '}
              <Meaning
                type={one.proposedSemantic ?? one.semantic}
                grade={one.proposedGrade}
                names={names}
              />
            </p>
          )}
          <p className="faint">
            {t('ofValues', { n: one.values })} · {t(one.whole ? 'allRows' : 'bySample')}
          </p>
          {misfits === null ? null : <p>{t('changesRows', { share: misfits })}</p>}
          <h2>{t('found')}</h2>
          <Found one={one} names={names} />
          <h2>{t('history')}</h2>
          <Steps one={one} names={names} />
        </div>
      )}
    </Drawer>
  );
}

/** A type and a grade side by side. */
export function Meaning(props: {
  type: string | null;
  grade: GradedItem['grade'];
  names: Names;
  /** Said on a phone only, where no header stands above. */
  label?: string;
}): ReactNode {
  const t = useText(text);
  return (
    <span className="grades-meaning">
      {props.label === undefined ? null : (
        <small className="faint grades-narrow">{props.label}</small>
      )}
      <GradeChip grade={props.grade} />
      <span className={props.type === null ? 'faint' : ''}>
        {props.type === null ? t('noType') : props.names(props.type)}
      </span>
    </span>
  );
}
