/** Versions of the data, and the rows in which one differs from another, however far apart. */
import { IconArrowNarrowRight } from '@tabler/icons-react';
import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DataVersion, Item } from '#catalogue/model';
import type { DiffRows } from '#gate/model';
import { shortTime, useLocal, useText } from '#web/client';
import { EmptyState, ErrorState, figure, Panel, StateShape } from '#web/parts';
import { useDiff, useVersions } from './data.ts';
import { text } from './text.ts';

type Row = DiffRows['rows'][number];

const signs = { added: '＋', removed: '−', changed: '～' } as const;

function Delta({ version }: { version: DataVersion }): ReactNode {
  const t = useText(text);
  return (
    <p className="cat-delta">
      <span className="faint">{shortTime(version.at)}</span>
      {(['added', 'removed', 'changed'] as const).map((kind) => (
        <b key={kind} className={`cat-${kind}`}>
          {signs[kind]}
          {figure(version[kind])} {t(kind)}
        </b>
      ))}
    </p>
  );
}

const shown = (value: unknown, empty: string): string =>
  value === null || value === undefined || value === '' ? empty : String(value);

function ChangedRow({ row, items }: { row: Row; items: readonly Item[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const titles = new Map(items.map((item) => [item.name, local(item.title)]));
  const names = row.kind === 'changed' ? row.changed : [];
  return (
    <li className="cat-row">
      <b>
        <span className={`cat-${row.kind}`}>{signs[row.kind]}</span>{' '}
        {Object.values(row.key).map(String).join(' · ')}
        <span className="visually-hidden">{t(row.kind)}</span>
      </b>
      {names.map((name) => (
        <span key={name} className="cat-change">
          <span className="faint">{titles.get(name) ?? name}</span>
          <del>{shown(row.before?.[name], t('nothing'))}</del>
          <ins>{shown(row.after?.[name], t('nothing'))}</ins>
        </span>
      ))}
    </li>
  );
}

function Changes(props: {
  name: string;
  items: readonly Item[];
  from: DataVersion | undefined;
  to: DataVersion;
}): ReactNode {
  const t = useText(text);
  const diff = useDiff(props.name, props.from?.snapshot, props.to.snapshot);
  if (props.from === undefined) return <p className="cat-pad faint">{t('firstVersion')}</p>;
  if (diff.error) return <ErrorState error={diff.error} />;
  if (diff.data === undefined) return null;
  const { why } = diff.data;
  const how = why === null ? null : <p className="cat-pad faint">{t(`whole.${why}`)}</p>;
  if (diff.data.rows.length === 0) {
    return (
      <>
        <p className="cat-pad faint">{t('noSeen')}</p>
        {how}
      </>
    );
  }
  return (
    <>
      <ul className="cat-rows">
        {diff.data.rows.map((row) => (
          <ChangedRow key={JSON.stringify(row.key)} row={row} items={props.items} />
        ))}
      </ul>
      {diff.data.truncated ? <p className="cat-pad faint">{t('moreDiff')}</p> : null}
      {how}
    </>
  );
}

/** From which version to which, chosen in two lists. */
function Span(props: {
  versions: readonly DataVersion[];
  at: number;
  from: DataVersion | undefined;
  setTo: (snapshot: number) => void;
  setFrom: (snapshot: number) => void;
}): ReactNode {
  const t = useText(text);
  const { versions, at, from } = props;
  const option = ({ snapshot, version, at: time }: DataVersion) => ({
    value: snapshot,
    label: `${t('versionOf', { n: version })} · ${shortTime(time)}`,
  });
  const short = ({ value }: { value?: string | number }): string =>
    t('versionOf', { n: versions.find(({ snapshot }) => snapshot === value)?.version ?? '-' });
  const common = { size: 'small', popupMatchSelectWidth: false, labelRender: short } as const;
  return (
    <span className="cat-span">
      <Select
        {...common}
        aria-label={t('compareWith')}
        value={from?.snapshot ?? 0}
        options={versions.slice(at + 1).map(option)}
        onChange={props.setFrom}
      />
      <IconArrowNarrowRight size={16} aria-hidden />
      <Select
        {...common}
        aria-label={t('compareTo')}
        value={versions[at]?.snapshot ?? 0}
        options={versions.slice(0, -1).map(option)}
        onChange={props.setTo}
      />
    </span>
  );
}

/** Versions listed under the differences. */
const listed = 8;

export function Versions(props: {
  name: string;
  items: readonly Item[];
  derived: boolean;
}): ReactNode {
  const t = useText(text);
  const { name, items, derived } = props;
  const versions = useVersions(name).data?.versions;
  const [chosen, setChosen] = useState<number>();
  const [base, setBase] = useState<number>();
  if (versions === undefined) return null;
  const at = Math.max(
    versions.findIndex((one) => one.snapshot === chosen),
    0,
  );
  const to = versions[at];
  const older = versions.slice(at + 1);
  const from = older.find((one) => one.snapshot === base) ?? older[0];
  const spanned = { versions, at, from, setTo: setChosen, setFrom: setBase };
  return (
    <Panel title={t('versions')} extra={versions.length < 2 ? null : <Span {...spanned} />}>
      {to === undefined ? (
        <EmptyState title={t(derived ? 'notMade' : 'noData')}>
          {t(derived ? 'notMadeBody' : 'noVersions')}
        </EmptyState>
      ) : (
        <>
          {from === undefined || from === older[0] ? <Delta version={to} /> : null}
          <Changes name={name} items={items} from={from} to={to} />
          <ul className="cat-versions">
            {versions.slice(0, listed).map((one, index) => (
              <li key={one.snapshot}>
                <button
                  type="button"
                  aria-pressed={index === at}
                  onClick={() => setChosen(one.snapshot)}
                >
                  <b>{t('versionOf', { n: one.version })}</b>
                  <span>{shortTime(one.at)}</span>
                  <span className="num">{figure(one.rows)}</span>
                  <span>
                    {index === 0 ? (
                      <span className="state state-ok">
                        <StateShape state="ok" /> {t('current')}
                      </span>
                    ) : null}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
