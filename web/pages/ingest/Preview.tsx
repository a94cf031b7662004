/**
 * A file as the platform would read it: the dialect, where every column goes, the first rows and
 * which of them would come back. All of it can be said otherwise before anything is delivered.
 */
import { Button, Checkbox, Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { DialectInput, FilePreview } from '#ingest/model';
import { useLocal, useText } from '#web/client';
import { DialectFields, ErrorState, figure, Panel, StateMark } from '#web/parts';
import { type Arrived, type ByFile, saidOfAll, usePreview } from './arriving.ts';
import { text } from './text.ts';

export interface Said {
  /** By upload; nothing of a file until somebody says something: then what is usual counts. */
  byFile: ByFile;
  /** Read the next files the same. */
  keep: boolean;
}

interface PartProps {
  found: FilePreview;
  say: (dialect: DialectInput) => void;
}

/** Items no other column has are offered first; taking one from another column leaves that bare. */
function ItemChoice({ found, say, at }: PartProps & { at: number }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { columns, missing, said } = found;
  const taken = columns.flatMap(({ item, title }) =>
    item === null || title === null ? [] : [{ name: item, title }],
  );
  const options = [
    { value: '', label: t('notTaken') },
    ...[...missing, ...taken].map(({ name, title }) => ({ value: name, label: local(title) })),
  ];
  const column = columns[at];
  const change = (item: string): void => {
    const places = columns.map((one, place) => {
      if (place === at) return item === '' ? null : item;
      return one.item === item ? null : one.item;
    });
    say({ ...said, columns: places });
  };
  return (
    <Select
      size="small"
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      aria-label={t('itemOf', { n: at + 1 })}
      value={column?.item ?? ''}
      options={options}
      status={column?.item === null && !column.ignored ? 'warning' : ''}
      onChange={change}
    />
  );
}

/** Faults told at once; a file that is another one altogether has dozens. */
const firstFaults = 6;

/** What stands against the file as a whole, and the one thing that often helps. */
function Against({ found, say }: PartProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { faults, columns, said } = found;
  if (faults.length === 0) return null;
  const isBare = faults.some(({ code }) => code === 'ingest.no_header');
  // None of its columns is one of the dataset's: it is another register.
  const isOther = !isBare && columns.every(({ item }) => item === null);
  const rest = faults.slice(firstFaults);
  const line = ({ code, message }: FilePreview['faults'][number]): ReactNode => (
    <li key={`${code} ${message.en}`}>{local(message)}</li>
  );
  return (
    <div className="ing-against" role="alert">
      <StateMark state="bad" word={t('wouldRefuse', { n: faults.length })} />
      {isOther ? (
        <p>
          {t('otherDataset')} <Link to="/propose">{t('toPropose')}</Link>
        </p>
      ) : null}
      <ul>{faults.slice(0, firstFaults).map(line)}</ul>
      {rest.length === 0 ? null : (
        <details>
          <summary>{t('moreFaults', { n: rest.length })}</summary>
          <ul>{rest.map(line)}</ul>
        </details>
      )}
      {isBare ? (
        <Button size="small" onClick={() => say({ ...said, headerRows: 0 })}>
          {t('inOrder', { n: columns.length })}
        </Button>
      ) : null}
    </div>
  );
}

function Reasons({ found }: { found: FilePreview }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const titles = new Map(found.columns.flatMap(({ item, title }) => (item ? [[item, title]] : [])));
  const { looked, bad, reasons } = found;
  if (titles.size === 0) return null;
  if (bad === 0) {
    return <StateMark state="ok" word={t('wouldTake', { n: figure(looked) })} />;
  }
  return (
    <div className="ing-against">
      <StateMark state="warn" word={t('wouldReturn', { n: figure(looked), b: figure(bad) })} />
      <ul>
        {reasons.slice(0, 6).map(({ item, text: expected, count }) => {
          const title = item === null ? null : (titles.get(item) ?? null);
          const where = title === null ? t('wholeRow') : local(title);
          return (
            <li key={`${item} ${expected.en}`}>
              {where} · {local(expected)} · {t('countRows', { n: figure(count) })}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Row({ found, row }: { found: FilePreview; row: FilePreview['rows'][number] }): ReactNode {
  const local = useLocal();
  const why = (item: string | null): string =>
    row.faults
      .filter((fault) => fault.item === item)
      .map((fault) => local(fault.text))
      .join('; ');
  const whole = why(null);
  return (
    <tr className={whole === '' ? '' : 'is-bad'} title={whole}>
      <th scope="row" className={row.faults.length > 0 ? 'num is-bad' : 'num'}>
        {row.row}
      </th>
      {row.fields.map((field, at) => {
        const fault = why(found.columns[at]?.item ?? '');
        const className = [fault === '' ? '' : 'is-bad', found.columns[at]?.item ? '' : 'is-out'];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: cells have no name but their place
          <td key={at} className={className.join(' ').trim()} title={fault || (field ?? '')}>
            {field ?? '••••'}
          </td>
        );
      })}
    </tr>
  );
}

function Table({ found, say, mapped }: PartProps & { mapped: boolean }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { columns, rows } = found;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard
    <section className="ing-scroll" tabIndex={0} aria-label={t('firstRows', { n: rows.length })}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('row')}</th>
            {columns.map(({ header, type, semantic }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns may have no name
              <th key={at} scope="col">
                <b>{header === '' ? t('unnamed', { n: at + 1 }) : header}</b>
                <small className="faint">
                  {[t(`type.${typeWord(type)}`), ...(semantic ? [local(semantic)] : [])].join(
                    ' · ',
                  )}
                </small>
                {mapped ? <ItemChoice found={found} say={say} at={at} /> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.row} found={found} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const kinds = ['integer', 'decimal', 'date', 'timestamp', 'boolean'] as const;
const typeWord = (type: string): (typeof kinds)[number] | 'text' =>
  kinds.find((kind) => type.startsWith(kind)) ?? 'text';

/** Cells that are empty say nothing of a title. */
const aboveOf = ({ above, delimiter }: FilePreview): string =>
  above
    .map((line) =>
      line
        .split(delimiter)
        .filter((cell) => cell.trim() !== '')
        .join(' '),
    )
    .filter((line) => line !== '')
    .join(' ⏎ ');

/** What was said of one file counts for the others, and for those of next month, if so wished. */
function Further(props: SayingProps): ReactNode {
  const t = useText(text);
  const { files, shown, said, onSaid } = props;
  const own = said.byFile[shown];
  if (own === undefined) return null;
  const ids = files.map(({ id }) => id);
  const ofAll = saidOfAll(ids, said.byFile);
  const sayOfAll = (): void =>
    onSaid({ ...said, byFile: Object.fromEntries(ids.map((id) => [id, own])) });
  if (ofAll === undefined) {
    return (
      <p className="ing-usual">
        <span className="muted">{t('ownReading')}</span>
        <Button size="small" onClick={sayOfAll}>
          {t('readAllSo', { n: files.length })}
        </Button>
      </p>
    );
  }
  if (props.dataset === '') return null;
  return (
    <Checkbox
      checked={said.keep}
      onChange={(event) => onSaid({ ...said, keep: event.target.checked })}
    >
      {t(Object.keys(ofAll).length === 0 ? 'forget' : 'keep')}
    </Checkbox>
  );
}

interface SayingProps {
  files: readonly Arrived[];
  /** Upload that is looked at. */
  shown: string;
  dataset: string;
  said: Said;
  onSaid: (said: Said) => void;
}

function Body(props: SayingProps & { found: FilePreview }): ReactNode {
  const t = useText(text);
  const { found, shown, said, onSaid } = props;
  const say = (dialect: DialectInput): void =>
    onSaid({ ...said, byFile: { ...said.byFile, [shown]: dialect } });
  const isUsual = said.byFile[shown] === undefined && found.usual !== null;
  return (
    <>
      {isUsual ? (
        <p className="ing-usual">
          <StateMark state="ok" word={t('asUsual')} />
          <Button size="small" type="link" onClick={() => say({})}>
            {t('findAnew')}
          </Button>
        </p>
      ) : null}
      <DialectFields found={found} said={found.said} onSaid={say} />
      {found.above.length === 0 ? null : (
        <p className="muted ing-above">
          {t('above')} <span>{aboveOf(found)}</span>
        </p>
      )}
      <Against found={found} say={say} />
      <Table found={found} say={say} mapped={props.dataset !== ''} />
      {props.dataset === '' ? (
        <p className="muted">{t('chooseForItems')}</p>
      ) : (
        <Reasons found={found} />
      )}
      <Further {...props} />
    </>
  );
}

export function Preview(props: {
  files: readonly Arrived[];
  dataset: string;
  said: Said;
  onSaid: (said: Said) => void;
}): ReactNode {
  const t = useText(text);
  const { files, dataset, said, onSaid } = props;
  const [chosen, setChosen] = useState('');
  const shown = files.find(({ id }) => id === chosen) ?? files[0];
  const id = shown?.id ?? '';
  const own = said.byFile[id];
  const query = usePreview(id, dataset, own);
  const found = query.data;
  const anew = (): void => {
    const { [id]: _, ...byFile } = said.byFile;
    onSaid({ byFile, keep: false });
  };
  return (
    <Panel
      className="ing-preview"
      title={t('preview')}
      note={query.isFetching ? t('looking') : t('previewNote')}
    >
      <div className="ing-preview-body" aria-busy={query.isFetching}>
        {files.length < 2 ? null : (
          <Segmented
            value={id}
            options={files.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setChosen}
          />
        )}
        {query.error === null ? null : (
          <>
            <ErrorState error={query.error} />
            {own === undefined ? null : (
              <Button size="small" onClick={anew}>
                {t('findAnew')}
              </Button>
            )}
          </>
        )}
        {found === undefined ? null : (
          <Body {...{ found, files, shown: id, dataset, said, onSaid }} />
        )}
      </div>
    </Panel>
  );
}
