/** Door of the capability `cases`: THE mechanism for anything that passes through hands. */
import type { Capability } from '#kernel/capability';
import { clockFired, clockTimer, ladderFired, ladderTimer, typeApplied } from './actions/index.ts';
import './errors.ts';
import { casesKind, laddersKind } from './kind.ts';
import { casesRoutes } from './routes.ts';

export {
  act,
  canTell,
  caseDetail,
  caseList,
  getCase,
  isWorkday,
  lockCases,
  openCase,
  openCasesWith,
  rebuild,
  storePhoto,
  taskList,
  tell,
  typeForm,
} from './actions/index.ts';
export type { ActInput, Case, CaseDetail, CaseFilter, CaseSummary, OpenInput } from './model.ts';

export const cases: Capability = {
  name: 'cases',
  kinds: [laddersKind, casesKind],
  routes: casesRoutes,
  timers: { [clockTimer]: clockFired, [ladderTimer]: ladderFired },
  on: {
    'case.type_applied': (ctx, event) =>
      typeApplied(ctx, event.payload as { type: string; version: number; after?: number }),
  },
  publishes: {
    'case.type_applied': 'A new version of a case type is in force: {type, version}',
    'case.opened': 'A case was opened: {case, number, type, step}',
    'case.moved': 'It entered a step: {case, number, type, step, to}',
    'case.acted': 'Somebody acted on it: {case, number, type, action, data, reason}',
    'case.closed': 'It reached a final step: {case, number, type, outcome}',
    'case.noted': 'Only its clocks changed: {case, number, type, step}',
    'task.opened': 'A task waits for somebody: {case, task, name, role, unit}',
    'task.done': 'A task was done or taken back: {case, task, name, how}',
    'clock.warned': 'Part of a limit has passed: {case, clock, task, percent}',
    'clock.expired': 'A limit has passed: {case, clock, task}',
  },
  permissions: {
    'cases.read': { zh: '查看本单位的事项和待办', en: 'See the cases and tasks of my units' },
    'cases.open': { zh: '开事项', en: 'Open cases' },
    'cases.act': { zh: '办理事项', en: 'Act on cases' },
  },
};
