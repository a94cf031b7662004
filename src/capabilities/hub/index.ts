/**
 * Door of the hub (一网统管): reports of every channel become one event, joined, dispatched and
 * answered.
 */
import type { Capability } from '#kernel/capability';
import './errors.ts';
import { takeDelivery } from './actions/delivery.ts';
import {
  type CaseMoved,
  closeEvent,
  followCase,
  followOwner,
  publishEvents,
  publishJob,
} from './actions/projection.ts';
import { hubKinds } from './kind.ts';
import { hubRoutes } from './routes.ts';

export { viewEvent } from './actions/events.ts';
export { takeReport } from './actions/intake.ts';

export const hub: Capability = {
  name: 'hub',
  kinds: hubKinds,
  routes: hubRoutes,
  on: {
    'dataset.refreshed': async (ctx, event) => {
      const { dataset, snapshot } = event.payload as { dataset: string; snapshot: number };
      await takeDelivery(ctx, dataset, snapshot);
    },
    'case.moved': (ctx, event) => followCase(ctx, event.payload as CaseMoved, event.at),
    'case.acted': (ctx, event) => followOwner(ctx, event.payload as { case: string; type: string }),
    'case.closed': (ctx, event) =>
      closeEvent(ctx, event.payload as { case: string; outcome: string }, event.at),
  },
  publishes: {
    'hub.event_changed': 'What the hub keeps of an event changed: {event}',
  },
  jobs: { [publishJob]: async (ctx) => void (await publishEvents(ctx)) },
  permissions: {
    'hub.read': { zh: '查看一网统管事件', en: 'See events of the hub' },
    'hub.report': { zh: '登记群众反映', en: 'Enter reports' },
    'hub.push': { zh: '由外部系统推送反映', en: 'Push reports from another system' },
    'hub.sign': { zh: '平台签收', en: 'Sign for reports' },
    'hub.join': { zh: '并案', en: 'Join events' },
    'hub.dispatch': { zh: '派遣', en: 'Dispatch' },
    'hub.follow': { zh: '跟踪自己反映的事', en: 'Follow what one reported oneself' },
    'hub.answer': { zh: '回访报事人', en: 'Call reporters back' },
    'hub.rate': { zh: '评价', en: 'Rate' },
  },
};
