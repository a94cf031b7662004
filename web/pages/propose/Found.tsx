/** What the file is, and its first rows as far as the reader may see them. */
import type { ReactNode } from 'react';
import type { DialectInput, FileProposal } from '#ingest/model';
import { useLocal, useText } from '#web/client';
import { DialectFields, ErrorState, Facts, figure, Panel, StateMark } from '#web/parts';
import type { Come } from './data.ts';
import { text } from './text.ts';

export function Found(props: {
  come: Come;
  busy: boolean;
  error: unknown;
  onSaid: (dialect: DialectInput) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { found, dialect: said } = props.come;
  const { proposal } = found;
  const bad = found.rows - found.good;
  const facts: [string, ReactNode][] = [
    [t('rows'), figure(found.rows)],
    [t('badRows'), bad === 0 ? '0' : <b key="bad">{figure(bad)}</b>],
    [t('columns'), figure(found.columns.length)],
  ];
  return (
    <Panel title={t('found')} note={props.busy ? t('reading') : found.file}>
      <div className="pro-found" aria-busy={props.busy}>
        <Facts rows={facts} />
        <DialectFields found={found.dialect} said={said} onSaid={props.onSaid} />
        {props.error === undefined ? null : <ErrorState error={props.error} />}
        {proposal.faults.length === 0 ? null : (
          <ul className="pro-faults" aria-label={t('fileFaults')}>
            {proposal.faults.map((fault) => (
              <li key={fault.zh}>
                <StateMark state="warn" word={local(fault)} />
              </li>
            ))}
          </ul>
        )}
        <Preview found={found} />
      </div>
    </Panel>
  );
}

/** Rows and columns of a file have no name but their place. */
const numbered = <T,>(all: readonly T[]): { place: number; value: T }[] =>
  all.map((value, place) => ({ place, value }));

function Preview({ found }: { found: FileProposal }): ReactNode {
  const t = useText(text);
  const { columns, preview } = found;
  return (
    <figure className="pro-preview">
      <figcaption>
        <b>{t('preview', { n: preview.length })}</b>
        <small className="muted">{t('previewNote')}</small>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard */}
      <section className="pro-scroll" tabIndex={0} aria-label={t('preview', { n: preview.length })}>
        <table>
          <thead>
            <tr>
              {numbered(columns).map(({ place, value: { header, seen } }) => (
                <th key={place} scope="col">
                  {header}
                  {seen === 'masked' ? <small className="muted">{t('masked')}</small> : null}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbered(preview).map(({ place, value: row }) => (
              <tr key={place}>
                {numbered(row).map((cell) => (
                  <td key={cell.place}>{cell.value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}
