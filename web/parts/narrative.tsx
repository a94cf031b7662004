/** What happened and why: the timeline, and the reason that stands before an action. */
import type { ReactNode } from 'react';
import { shortTime, useText } from '#web/client';
import { text } from './text.ts';

export interface TimelineEntry {
  id: string | number;
  at: string;
  /** Name (masked) and unit, or the platform. */
  who: string;
  what: ReactNode;
  detail?: ReactNode;
}

/** What the server calls itself where nobody acted. */
const platformName = text['channel.platform'].zh;

/** Newest first; append-only, and says so. */
export function Timeline({
  entries,
  bare,
}: {
  entries: readonly TimelineEntry[];
  bare?: boolean;
}): ReactNode {
  const t = useText(text);
  const sorted = [...entries].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <section className="timeline">
      {bare ? null : (
        <h3>
          {t('timeline')} <small>{t('timelineNote', { n: entries.length })}</small>
        </h3>
      )}
      <ol>
        {sorted.map((entry) => (
          <li key={entry.id}>
            <time dateTime={entry.at}>{shortTime(entry.at)}</time>
            <b>{entry.who === platformName ? t('channel.platform') : entry.who}</b>
            <span>
              {entry.what}
              {entry.detail ? <small>{entry.detail}</small> : null}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Why the system chose so, in words, with the row of the register or the rule it comes from. */
export function ReasonCard(props: {
  label: string;
  title: string;
  children?: ReactNode;
  /** Chips: register and version, staleness. */
  sources?: ReactNode;
}): ReactNode {
  return (
    <section className="card reason-card">
      <span className="reason-label">{props.label}</span>
      <h3>{props.title}</h3>
      <div className="reason-body">{props.children}</div>
      {props.sources ? <div className="reason-sources">{props.sources}</div> : null}
    </section>
  );
}
