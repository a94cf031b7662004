/** Door of the capability `signals`: THE inbox of everything raised. */
import type { Capability } from '#kernel/capability';
import { caseClosed } from './actions/index.ts';
import './errors.ts';
import { signalsRoutes } from './routes.ts';

export {
  acknowledge,
  clear,
  confirm,
  dismiss,
  getSignal,
  raise,
  scoreOf,
  signalList,
  silence,
  stillSo,
} from './actions/index.ts';
export type { RaiseInput, Signal, SourceScore } from './model.ts';

export const signals: Capability = {
  name: 'signals',
  routes: signalsRoutes,
  on: {
    'case.closed': (ctx, event) =>
      caseClosed(ctx, event.payload as { case: string; outcome: string }),
  },
  publishes: {
    'signal.raised': 'A new episode began: {signal, source, subject, severity, unit, owner}',
    'signal.acknowledged': 'Somebody has seen it: {signal, source, subject}',
    'signal.confirmed': 'It is so, its case is open: {signal, source, subject, case}',
    'signal.dismissed': 'It is not so: {signal, source, subject}',
    'signal.cleared': 'It is over: {signal, source, subject, case}',
  },
  permissions: {
    'signals.read': { zh: '查看本单位的预警', en: 'See the signals of my units' },
    'signals.handle': { zh: '处理预警', en: 'Handle signals' },
    'signals.raise': { zh: '产生预警', en: 'Raise signals' },
  },
};
