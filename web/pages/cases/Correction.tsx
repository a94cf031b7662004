/**
 * One correction as the data sees it: which record, which item, what stands there and what should.
 * It is acted upon on the page of its case, like any other.
 */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { CaseDetail, TaskView } from '#cases/model';
import type { Correction as About } from '#quality/model';
import { type Bilingual, get, shortTime, useLocal, useText, useUnitWords } from '#web/client';
import {
  ClockBar,
  clockProps,
  Facts,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  PageSkeleton,
  Panel,
  Photo,
  StateMark,
  Timeline,
  type TimelineEntry,
} from '#web/parts';
import './cases.css';
import { Acting } from './Acting.tsx';
import { Standing } from './Corrections.tsx';
import { useCase, useCorrection, useFoundBy, useRows } from './data.ts';
import { Evidence, Says } from './Evidence.tsx';
import { Mend } from './Mend.tsx';
import { Rows } from './Rows.tsx';
import { text } from './text.ts';
import { useHeadline, useStoryWords } from './words.ts';

type Fields = ReadonlyMap<string, string>;

const fieldsOf = (data: CaseDetail): Fields =>
  new Map(
    data.fields.flatMap(({ name, value }) =>
      value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

interface Described {
  contract: { title: Bilingual; items: { name: string; title: Bilingual }[] };
}

/** Titles of the dataset and of the item, where the reader may see the catalogue. */
function useTitles(fields: Fields): { dataset: string; item: string } {
  const local = useLocal();
  const name = fields.get('dataset') ?? '';
  const found = useQuery({
    queryKey: ['catalogue', 'dataset', name],
    queryFn: () => get<Described>(`/api/catalogue/datasets/${name}`),
    enabled: name !== '',
    retry: false,
  });
  const item = found.data?.contract.items.find((each) => each.name === fields.get('item'));
  return { dataset: local(found.data?.contract.title), item: local(item?.title) };
}

/** What the register says against what is the case. */
function Difference({ fields, item }: { fields: Fields; item: string }): ReactNode {
  const t = useText(text);
  const [found, expected] = [fields.get('found'), fields.get('expected')];
  if (found === undefined || expected === undefined) return null;
  return (
    <Panel title={t('diff')} note={item}>
      <dl className="case-diff">
        <dt>{t('found')}</dt>
        <dd>
          <del>− {found}</del>
        </dd>
        <dt>{t('expected')}</dt>
        <dd>
          <ins>＋ {expected}</ins>
        </dd>
      </dl>
    </Panel>
  );
}

const indented = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};

/** The event that showed the fault, when the evidence names one. */
const eventOf = (evidence: string | undefined): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(evidence ?? '');
    return typeof parsed === 'object' && parsed !== null && 'event' in parsed
      ? String(parsed.event)
      : undefined;
  } catch {
    return undefined;
  }
};

type Fact = readonly [string, ReactNode];

/** The record it is about, or how many it groups, and the events that showed them. */
function useRecords(data: CaseDetail, fields: Fields, about: About | undefined): Fact[] {
  const t = useText(text);
  const gathers = about?.gathers ?? null;
  const listed = useRows(data.number, gathers !== null).data;
  const rows = listed?.rows ?? [];
  const event = fields.get('event') ?? eventOf(fields.get('evidence'));
  const shown = gathers === null ? [event] : rows.map((row) => row.event);
  const events = [...new Set(shown.flatMap((one) => one ?? []))];
  const record =
    gathers === null
      ? fields.get('key')
      : t('grouped', { all: figure(gathers.all), open: figure(gathers.open) });
  const links = events.map((one) => (
    <Link key={one} to={`/hub/${one}`}>
      {one}
    </Link>
  ));
  return [
    ...(record === undefined ? [] : [[t('record'), record] as const]),
    ...(links.length === 0
      ? []
      : [
          [
            t('event'),
            <span key="events" className="case-events">
              {links}
              {listed?.more ? <span className="faint">{t('eventsMore')}</span> : null}
            </span>,
          ] as const,
        ]),
  ];
}

interface Told {
  data: CaseDetail;
  fields: Fields;
  about: About | undefined;
}

function Records({ data, fields, about }: Told): ReactNode {
  const t = useText(text);
  const titles = useTitles(fields);
  const dataset = fields.get('dataset');
  const item = fields.get('item');
  const evidence = fields.get('evidence');
  const source = useFoundBy(fields.get('source') ?? data.source);
  const records = useRecords(data, fields, about);
  const ofItem: Fact[] =
    item === undefined
      ? []
      : [[t('item'), <NameAndCode key="item" name={titles.item} code={item} />]];
  return (
    <>
      <Difference fields={fields} item={titles.item} />
      <Panel title={t('facts')}>
        <Facts
          rows={[
            [
              t('dataset'),
              dataset ? (
                <Link key="dataset" to={`/catalogue/${dataset}`}>
                  <NameAndCode name={titles.dataset} code={dataset} />
                </Link>
              ) : null,
            ],
            ...records,
            ...ofItem,
            [t('foundBy'), source],
          ]}
        />
        {evidence ? (
          <details className="case-evidence">
            <summary>{t('evidence')}</summary>
            <pre>{indented(evidence)}</pre>
          </details>
        ) : null}
      </Panel>
    </>
  );
}

const taskState = { open: 'run', done: 'ok', cancelled: 'stale' } as const;

/** A task that the platform's recheck made needless was not taken back: it is settled. */
const standing = (task: TaskView, done: boolean) =>
  task.state === 'cancelled' && done
    ? ({ state: 'ok', word: 'task_settled' } as const)
    : ({ state: taskState[task.state], word: `task_${task.state}` } as const);

const Task = ({ task, done }: { task: TaskView; done: boolean }): ReactNode => {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const { state, word } = standing(task, done);
  return (
    <li>
      <b className="grow">{local(task.title)}</b>
      {task.mine && task.state === 'open' ? <span className="chip">{t('mine')}</span> : null}
      <span className="muted">{unit(task.unitName)}</span>
      <StateMark state={state} word={t(word)} />
    </li>
  );
};

function Side({ data }: { data: CaseDetail }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  return (
    <aside className="case-side">
      <Panel title={t('clocks')} className="case-clocks">
        {data.clocks.length === 0 ? <p className="faint">{t('noClock')}</p> : null}
        {data.clocks.map((clock) => (
          <ClockBar
            key={clock.id}
            {...clockProps(
              clock,
              [local(clock.title), unit(clock.whose)].filter(Boolean).join(' · '),
            )}
          />
        ))}
      </Panel>
      {data.attachments.length === 0 ? null : (
        <Panel title={t('attachments')}>
          <div className="case-photos">
            {data.attachments.map(({ sha256, at, by, name }) => (
              <Photo
                key={sha256}
                src={`/api/cases/${data.id}/attachments/${sha256}`}
                alt={name}
                caption={`${by} ${shortTime(at)}`}
              />
            ))}
          </div>
        </Panel>
      )}
      <Panel title={t('tasks')}>
        <ul className="case-tasks">
          {data.tasks.map((task) => (
            <Task key={task.id} task={task} done={data.outcome === 'done'} />
          ))}
        </ul>
      </Panel>
    </aside>
  );
}

function useEntries(data: CaseDetail): TimelineEntry[] {
  const unit = useUnitWords();
  const words = useStoryWords(data);
  const local = useLocal();
  const t = useText(text);
  return data.timeline.map((entry) => ({
    id: entry.seq,
    at: entry.at,
    who: [
      entry.actsFor === null ? entry.who : t('actingFor', { who: entry.who, whose: entry.actsFor }),
      unit(entry.unitName),
    ]
      .filter(Boolean)
      .join(' · '),
    what: words(local(entry.text)),
    detail: entry.reason,
  }));
}

/**
 * What the data says: a check's counts and rows; of one record what stands there and what should.
 */
function Matter({ data, about }: { data: CaseDetail; about: About | undefined }): ReactNode {
  const fields = fieldsOf(data);
  if (about === undefined || about.kind === 'record' || about.kind === 'group') {
    return (
      <>
        <Records data={data} fields={fields} about={about} />
        {about?.canDeliver ? <Mend correction={about} /> : null}
        {about && about.rechecks.length > 0 ? <Evidence correction={about} /> : null}
        {about?.hasRows && data.outcome === null ? <Rows number={data.number} /> : null}
      </>
    );
  }
  return (
    <>
      <Evidence correction={about} />
      {about.canDeliver ? <Mend correction={about} /> : null}
      {about.hasRows && data.outcome === null ? <Rows number={data.number} /> : null}
      <Says correction={about} />
    </>
  );
}

function Body({ data }: { data: CaseDetail }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const headline = useHeadline();
  const entries = useEntries(data);
  const about = useCorrection(data.number);
  const owner = data.slots.owner?.name;
  return (
    <>
      <PageHeader
        title={headline(data)}
        crumbs={[{ label: t('corrections'), to: '/corrections' }, { label: data.number }]}
        marks={<Standing row={data} />}
        actions={<Acting found={data} />}
      >
        {local(data.typeTitle)} · {unit(owner ?? data.unitName)} · {shortTime(data.openedAt)}
      </PageHeader>
      <div className="case-page">
        <div className="case-main">
          {about.isPending ? <PageSkeleton /> : <Matter data={data} about={about.data} />}
          <Panel title={t('timeline')} note={t('timelineNote', { n: entries.length })}>
            <Timeline entries={entries} bare />
          </Panel>
        </div>
        <Side data={data} />
      </div>
    </>
  );
}

export default function Correction(): ReactNode {
  const { case: id = '' } = useParams();
  const found = useCase(id);
  return <Loaded query={found}>{(data) => <Body data={data} />}</Loaded>;
}
