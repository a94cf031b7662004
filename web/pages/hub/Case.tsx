/** The middle of the desk: one case with its clocks, reports, reasons, photos and timeline. */
import type { ReactNode } from 'react';
import type { CaseDetail } from '#cases/model';
import type { EventView, Report } from '#hub/model';
import {
  shortTime,
  useAge,
  useListed,
  useLocal,
  useText,
  useUnitsWithin,
  useUnitWords,
} from '#web/client';
import {
  ChannelIcon,
  ClockBar,
  clockProps,
  Facts,
  Photo,
  StateMark,
  Timeline,
  useChannelName,
  useTitle,
} from '#web/parts';
import { photoUrl } from './data.ts';
import { text } from './text.ts';

export const mainStates = (found: CaseDetail) => (found.closedAt ? 'ok' : 'run') as 'ok' | 'run';

export function CaseHead({ found, event }: { found: CaseDetail; event: EventView | undefined }) {
  const t = useText(text);
  const local = useLocal();
  const age = useAge(found.movedAt);
  useTitle(`${found.title} ${found.number}`);
  return (
    <header className="hub-head">
      <p className="row">
        <span className="muted">
          {event ? t('mainEvent') : local(found.typeTitle)} {found.number}
        </span>
        <StateMark state={mainStates(found)} word={local(found.stepTitle)} soft />
        {event ? (
          <span className="chip">
            {event.matter.name} {event.matter.code}
          </span>
        ) : null}
        {event?.matter.urgency === 'urgent' ? <span className="chip">{t('urgent')}</span> : null}
        <span className="grow" />
        <span className="faint">{t('updated', { age })}</span>
      </p>
      <h2>{found.title}</h2>
      <Clocks found={found} />
    </header>
  );
}

/** At most three: those that run, then those stopped last; each clock by its newest run. */
function clocksShown(found: CaseDetail): CaseDetail['clocks'] {
  const newest = new Map(found.clocks.toSorted((a, b) => a.id - b.id).map((c) => [c.name, c]));
  const rank = (clock: CaseDetail['clocks'][number]): number =>
    (clock.state === 'stopped' ? 0 : 1e6) + clock.id;
  return [...newest.values()]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, 3)
    .sort((a, b) => a.id - b.id);
}

export function Clocks({ found }: { found: CaseDetail }): ReactNode {
  const local = useLocal();
  const shown = clocksShown(found);
  if (shown.length === 0) return null;
  return (
    <div className="hub-clocks">
      {shown.map((clock) => (
        <ClockBar key={clock.id} {...clockProps(clock, local(clock.title))} />
      ))}
    </div>
  );
}

function reportWords(report: Report): ['waiting' | 'signed' | 'answered', string | null] {
  if (report.answeredAt) return ['answered', report.answeredAt];
  return report.signedAt ? ['signed', report.signedAt] : ['waiting', null];
}

function ReportCard({ report }: { report: Report }): ReactNode {
  const t = useText(text);
  const channelName = useChannelName();
  const [state, at] = reportWords(report);
  return (
    <article className="card hub-report">
      <header>
        <ChannelIcon channel={report.channel} />
        <span className="grow">
          <b>{channelName(report.channel)}</b>
          {report.channelRef === report.id ? null : (
            <small className="hub-ref">{report.channelRef}</small>
          )}
          {report.reporterName ? <small>{report.reporterName}</small> : null}
        </span>
        <time dateTime={report.at}>{shortTime(report.at)}</time>
      </header>
      <p>{t('quote', { text: report.text })}</p>
      <footer className="row">
        <StateMark
          state={state === 'waiting' ? 'run' : 'ok'}
          word={t(`report.${state}`, { time: at ? shortTime(at) : '' })}
        />
        {report.rating === null ? null : (
          <span className="muted">{t('rated', { n: report.rating })}</span>
        )}
      </footer>
    </article>
  );
}

export function Reports({ event, extra }: { event: EventView; extra?: ReactNode }): ReactNode {
  const t = useText(text);
  const { reports } = event;
  const many = reports.length > 1;
  return (
    <section>
      <h3 className="hub-title">
        {many ? t('reports', { n: reports.length }) : t('oneReport')}
        <span className="grow" />
        {extra}
      </h3>
      <div className="hub-reports">
        {reports.map((report) => (
          <ReportCard key={report.id} report={report} />
        ))}
      </div>
    </section>
  );
}

interface Picture {
  id: string;
  src: string;
  caption: string;
}

function pictures(found: CaseDetail, event: EventView | undefined): Picture[] {
  const reported = (event?.reports ?? []).flatMap((report) =>
    report.photos.map((sha) => ({
      id: sha,
      src: photoUrl(report.firstEvent, sha),
      caption: `${shortTime(report.at)} ${report.reporterName ?? ''}`,
    })),
  );
  const attached = found.attachments.map((file) => ({
    id: file.sha256,
    src: photoUrl(found.id, file.sha256),
    caption: `${shortTime(file.at)} ${file.by}`,
  }));
  const all = new Map([...attached, ...reported].map((one) => [one.id, one]));
  return [...all.values()];
}

export function Photos(props: { found: CaseDetail; event: EventView | undefined }): ReactNode {
  const all = pictures(props.found, props.event);
  if (all.length === 0) return null;
  return (
    <div className="hub-photos">
      {all.slice(-4).map((one) => (
        <Photo key={one.id} src={one.src} caption={one.caption} height={136} />
      ))}
    </div>
  );
}

/** What follows from an action by the case type itself; the action says it already. */
const quiet = new Set([
  'step_entered',
  'task_opened',
  'task_closed',
  'clock_started',
  'clock_stopped',
  'data_set',
  'slots_set',
  'ladder_answered',
]);

export function Story({ found }: { found: CaseDetail }): ReactNode {
  const unit = useUnitWords();
  const within = useUnitsWithin();
  const listed = useListed();
  const local = useLocal();
  const entries = found.timeline.filter((entry) => !quiet.has(entry.kind));
  return (
    <Timeline
      entries={entries.map((entry) => ({
        id: entry.seq,
        at: entry.at,
        who: [unit(entry.unitName), entry.who].filter(Boolean).join(' '),
        what: within(local(entry.text)),
        detail: listed(
          [
            entry.reason,
            entry.data.note,
            entry.data.basis,
            entry.data.answer,
            entry.data.owner_found,
          ].filter((words): words is string => typeof words === 'string' && words !== ''),
          'clauses',
        ),
      }))}
    />
  );
}

export function Fields({ found }: { found: CaseDetail }): ReactNode {
  const local = useLocal();
  const slots = Object.values(found.slots).map((slot): [string, ReactNode] => [
    local(slot.title),
    slot.name,
  ]);
  const fields = found.fields.map((field): [string, ReactNode] => [
    local(field.title),
    local(field.words) || String(field.value),
  ]);
  return <Facts rows={[...slots, ...fields]} />;
}
