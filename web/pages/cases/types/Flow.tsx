/** A case type drawn: steps, who does what, limits, ways; on each step what stands there now. */
import { IconClock, IconUser } from '@tabler/icons-react';
import { type ReactNode, useId, useMemo } from 'react';
import type { CaseType, ClockType, StepFigures, TypeDetail } from '#cases/model';
import { useListed, useLocal, useText } from '#web/client';
import { StateMark } from '#web/parts';
import { useDays } from '../words.ts';
import { type FlowBox, type FlowLine, flowBox, layoutFlow } from './flow-layout.ts';
import { text } from './text.ts';

function Clock({ clock, whose }: { clock: ClockType; whose: string }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { value, unit } = clock.limit;
  const end = clock.at_end ?? {};
  const then = end.ladder
    ? t('thenLadder')
    : end.escalate
      ? t('thenEscalate')
      : end.act
        ? t('thenAct')
        : t('thenTell');
  return (
    <span className="flow-clock" title={`${local(clock.title)} · ${clock.source} · ${then}`}>
      <IconClock size={14} aria-hidden />
      <span>
        {whose}
        {t(`limit_${unit}`, { n: value })} · {then}
      </span>
    </span>
  );
}

export interface Names {
  roles: TypeDetail['roles'];
  slots: CaseType['slots'];
}

/** `数据员 · 数源单位`: who has a task, in words. */
function useSeat({ roles, slots }: Names): (role: string, unit: string) => string {
  const t = useText(text);
  const local = useLocal();
  const known: Record<string, string> = {
    district: t('unit_district'),
    home: t('unit_home'),
    opener: t('unit_opener'),
  };
  return (role, unit) => {
    const [slot = '', level] = unit.split(' of ').reverse();
    const where = known[slot] ?? (local(slots[slot]?.title) || slot);
    const above = level === 'town' ? t('townOf') : level === 'village' ? t('villageOf') : '';
    return `${local(roles[role]) || role} · ${where}${above}`;
  };
}

function Tasks({ step, names }: { step: FlowBox['declared']; names: Names }): ReactNode {
  const seat = useSeat(names);
  const t = useText(text);
  const local = useLocal();
  return (
    <>
      {Object.entries(step.tasks).map(([name, task]) => (
        <div key={name} className="flow-task">
          <b title={local(task.title)}>{local(task.title)}</b>
          <small>
            <IconUser size={12} aria-hidden /> {seat(task.role, task.unit)}
            {task.on_entry ? '' : ` · ${t('onDemand')}`}
          </small>
        </div>
      ))}
      {Object.entries(step.tasks).flatMap(([name, task]) =>
        Object.entries(task.clocks).map(([clock, declared]) => (
          <Clock key={`${name} ${clock}`} clock={declared} whose="" />
        )),
      )}
      {Object.entries(step.clocks).map(([name, clock]) => (
        <Clock key={name} clock={clock} whose="" />
      ))}
    </>
  );
}

function Stock({ figures, most }: { figures: StepFigures | undefined; most: number }): ReactNode {
  const t = useText(text);
  const days = useDays();
  const open = figures?.open ?? 0;
  const part = most === 0 ? 0 : (open / most) * 100;
  return (
    <div className="flow-stock">
      <span>
        <b className="num">{open}</b> {t('standing')}
        {figures && figures.overdue > 0 ? (
          <StateMark state="bad" word={t('overdueN', { n: figures.overdue })} />
        ) : null}
      </span>
      <small className="faint">
        {open === 0
          ? t('nobody')
          : t('ages', {
              median: days(figures?.medianAge ?? null),
              p90: days(figures?.p90Age ?? null),
            })}
      </small>
      <i style={{ width: `${part}%` }} aria-hidden />
    </div>
  );
}

function StepBox(props: {
  box: FlowBox;
  figures: StepFigures | undefined;
  most: number;
  names: Names;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { box, figures, most } = props;
  const { final } = box.declared;
  const place = { left: box.x, top: box.y, width: flowBox.width, height: box.height };
  return (
    <li className={final ? 'flow-box is-final' : 'flow-box'} style={place}>
      <h2>
        {local(box.declared.title)}
        {final ? <small>{t(`final_${box.declared.outcome ?? 'done'}`)}</small> : null}
      </h2>
      <Tasks step={box.declared} names={props.names} />
      {final ? null : <Stock figures={figures} most={most} />}
    </li>
  );
}

const mostLetters = 14;

/** Words that fit beside a line; all of them stand in its title. */
function short(words: readonly string[]): string {
  const [first = ''] = words;
  const cut = first.length > mostLetters ? `${first.slice(0, mostLetters - 1)}…` : first;
  return words.length > 1 ? `${cut} +${words.length - 1}` : cut;
}

function Lines({ lines, marker }: { lines: readonly FlowLine[]; marker: string }): ReactNode {
  const local = useLocal();
  const listed = useListed();
  return lines.map((line) => {
    const words = line.words.map((one) => local(one));
    return (
      <g key={`${line.from} ${line.to}`} className={line.back ? 'flow-line is-back' : 'flow-line'}>
        <path d={line.path} markerEnd={`url(#${marker})`} />
        {words.length === 0 ? null : (
          <text x={line.label.x} y={line.label.y - 6} textAnchor="middle">
            <title>{listed(words)}</title>
            {short(words)}
          </text>
        )}
      </g>
    );
  });
}

export function Flow(props: {
  type: CaseType;
  roles: Names['roles'];
  figures: readonly StepFigures[];
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const listed = useListed();
  const { type, figures } = props;
  const marker = useId();
  const flow = useMemo(() => layoutFlow(type), [type]);
  const most = Math.max(0, ...figures.map((one) => one.open));
  return (
    <figure className="flow" aria-label={t('picture', { title: local(type.title) })}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls */}
      <section className="flow-scroll" tabIndex={0} aria-label={t('scroll')}>
        <div className="flow-canvas" style={{ width: flow.width, height: flow.height }}>
          <svg width={flow.width} height={flow.height} aria-hidden="true">
            <title>{local(type.title)}</title>
            <defs>
              <marker
                id={marker}
                viewBox="0 0 10 10"
                refX="9"
                refY="5"
                markerWidth="8"
                markerHeight="8"
                orient="auto-start-reverse"
              >
                <path d="M0 1 L9 5 L0 9 z" />
              </marker>
            </defs>
            <Lines lines={flow.lines} marker={marker} />
          </svg>
          <ol>
            {flow.boxes.map((box) => (
              <StepBox
                key={box.step}
                box={box}
                names={{ roles: props.roles, slots: type.slots }}
                most={most}
                figures={figures.find((one) => one.step === box.step)}
              />
            ))}
          </ol>
        </div>
      </section>
      <figcaption className="faint">
        {Object.values(type.always).length === 0
          ? ''
          : t('always', {
              actions: listed(
                Object.values(type.always).map((action) => {
                  const to = action.to === undefined ? undefined : type.steps[action.to]?.title;
                  return to ? `${local(action.title)} → ${local(to)}` : local(action.title);
                }),
                'clauses',
              ),
            })}
      </figcaption>
    </figure>
  );
}
