/** One case: what it is about, its clocks, whose turn it is, what happened, and what the reader may do now. */
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { CaseDetail, TaskView } from '#cases/model';
import { shortTime, useLocal, useText } from '#web/client';
import {
  ClockBar,
  Facts,
  Loaded,
  PageHeader,
  Panel,
  StateMark,
  Timeline,
  type TimelineEntry,
} from '#web/parts';
import { Actions } from './Actions.tsx';
import './cases.css';
import { Standing } from './Corrections.tsx';
import { clockProps, useCase } from './data.ts';
import { text } from './text.ts';

type Fields = ReadonlyMap<string, string>;

const shownValue = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '-'
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

const fieldsOf = (data: CaseDetail): Fields =>
  new Map(data.fields.map((field) => [field.name, shownValue(field.value)]));

/** What the register says against what is the case, when the case carries both. */
function Difference({ fields }: { fields: Fields }): ReactNode {
  const t = useText(text);
  const [found, expected] = [fields.get('found'), fields.get('expected')];
  if (!found || !expected || found === '-' || expected === '-') return null;
  return (
    <Panel title={t('diff')}>
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

const taskState = { open: 'run', done: 'ok', cancelled: 'stale' } as const;

const Task = ({ task }: { task: TaskView }): ReactNode => {
  const t = useText(text);
  const local = useLocal();
  return (
    <li>
      <b className="grow">{local(task.title)}</b>
      {task.mine && task.state === 'open' ? <span className="chip">{t('mine')}</span> : null}
      <span className="muted">{task.unitName}</span>
      <StateMark state={taskState[task.state]} word={t(`task_${task.state}`)} />
    </li>
  );
};

function Clocks({ data }: { data: CaseDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (data.clocks.length === 0) return <p className="faint">{t('noClock')}</p>;
  return data.clocks.map((clock) => {
    const name = [local(clock.title), clock.whose].filter(Boolean).join(' · ');
    return <ClockBar key={clock.id} {...clockProps(clock, name)} />;
  });
}

function useEntries(data: CaseDetail): TimelineEntry[] {
  const local = useLocal();
  return data.timeline.map((entry) => ({
    id: entry.seq,
    at: entry.at,
    who: [entry.who, entry.unitName].filter(Boolean).join(' · '),
    what: local(entry.text),
    detail: entry.reason,
  }));
}

function Body({ data }: { data: CaseDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const entries = useEntries(data);
  const fields = fieldsOf(data);
  const dataset = fields.get('dataset');
  return (
    <>
      <PageHeader
        title={data.title}
        crumbs={[{ label: t('corrections'), to: '/corrections' }, { label: data.number }]}
        marks={<Standing row={data} />}
        actions={
          dataset && dataset !== '-' ? (
            <Link to={`/catalogue/${dataset}`}>{t('openData')}</Link>
          ) : null
        }
      >
        {local(data.typeTitle)} · {data.unitName} · {shortTime(data.openedAt)}
      </PageHeader>
      <div className="case-page">
        <div className="case-main">
          <Difference fields={fields} />
          <Panel title={t('facts')}>
            <Facts
              rows={[
                ...data.fields.map(
                  (field) => [local(field.title), shownValue(field.value)] as const,
                ),
                [t('source'), data.source ?? '-'] as const,
              ]}
            />
          </Panel>
          <Panel>
            <Timeline entries={entries} />
          </Panel>
        </div>
        <aside className="case-side">
          <Actions data={data} dataset={dataset} />
          <Panel title={t('clocks')} className="case-clocks">
            <Clocks data={data} />
          </Panel>
          <Panel title={t('tasks')}>
            <ul className="case-tasks">
              {data.tasks.map((task) => (
                <Task key={task.id} task={task} />
              ))}
            </ul>
          </Panel>
          <Panel title={t('people')}>
            <Facts
              rows={Object.entries(data.slots).map(([, slot]) => [local(slot.title), slot.name])}
            />
          </Panel>
        </aside>
      </div>
    </>
  );
}

export default function CasePage(): ReactNode {
  const { case: id = '' } = useParams();
  const found = useCase(id);
  return <Loaded query={found}>{(data) => <Body data={data} />}</Loaded>;
}
