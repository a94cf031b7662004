/** One case of any type on a page of its own: where notices and lists of other pages lead. */
import type { ReactNode } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import type { CaseDetail } from '#cases/model';
import { useLocal, useText, useUnitWords } from '#web/client';
import { caseAddress, isCorrection, Loaded, Panel, StateMark } from '#web/parts';
import { Actions } from './Actions.tsx';
import { CaseHead, Fields, Photos, Story } from './Case.tsx';
import { useCase, useDesk } from './data.ts';
import './hub.css';
import { text } from './text.ts';

/** A form that asks for the grid starts with the grid the case lies in. */
const gridOf = ({ slots }: CaseDetail): Record<string, string> =>
  slots.grid ? { grid: slots.grid.unit } : {};

function Body({ data }: { data: CaseDetail }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const desk = useDesk();
  return (
    <div className="hub-page">
      <section className="hub-case">
        <div className="hub-scroll">
          <CaseHead found={data} event={undefined} />
          <div className="hub-body">
            {data.type === desk?.caseType ? (
              <Link to={`/hub/${data.id}`}>{t('backToDesk')}</Link>
            ) : null}
            <Photos found={data} event={undefined} />
            <Story found={data} />
          </div>
        </div>
        <Actions
          found={data}
          initial={gridOf(data)}
          hidden={data.type === desk?.caseType ? [desk.actions.join, desk.actions.dispatch] : []}
        />
      </section>
      <aside className="hub-side">
        <Panel title={t('fields')}>
          <Fields found={data} />
        </Panel>
        <Panel title={t('tasks')}>
          <ul className="hub-similar">
            {data.tasks.map((task) => (
              <li key={task.id}>
                <span>{local(task.title)}</span>
                <StateMark
                  state={task.state === 'open' ? 'run' : task.state === 'done' ? 'ok' : 'stale'}
                  word={t(`task.${task.state}`)}
                />
                <small>
                  {unit(task.unitName)}{' '}
                  {task.offeredTo ? t('offered', { who: task.offeredTo }) : ''}
                </small>
              </li>
            ))}
          </ul>
        </Panel>
      </aside>
    </div>
  );
}

export default function CasePage(): ReactNode {
  const { case: id } = useParams();
  const found = useCase(id);
  return (
    <Loaded query={found}>
      {(data) =>
        // What is mended and delivered again has a page of its own.
        isCorrection(data) ? <Navigate replace to={caseAddress(data)} /> : <Body data={data} />
      }
    </Loaded>
  );
}
