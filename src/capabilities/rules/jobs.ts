/** When rules run: on a refresh of what they read, and when they are declared or taken back. */
import type { Ctx } from '#kernel/context';
import type { EventHandler } from '#kernel/events';
import { runRule, withdrawFindings } from './actions/index.ts';
import * as store from './store.ts';

/** A rule that saw this snapshot already is left: an event may come twice. */
async function saw(ctx: Ctx, rule: store.Rule, dataset: string, snapshot: number) {
  const [last] = await store.runs(ctx, rule.name, 1);
  if (!last || last.failed_code !== null || last.digest !== rule.digest) return false;
  return last.snapshots.some((each) => each.dataset === dataset && each.snapshot >= snapshot);
}

export const ruleEvents: Record<string, EventHandler> = {
  'dataset.refreshed': async (ctx, { payload }) => {
    const { dataset, snapshot } = payload as { dataset: string; snapshot: number };
    for (const rule of await store.readersOf(ctx, dataset)) {
      if (!(await saw(ctx, rule, dataset, snapshot))) await runRule(ctx, rule.name);
    }
  },
  'rule.declared': (ctx, { payload }) => runRule(ctx, (payload as { rule: string }).rule),
  'rule.withdrawn': (ctx, { payload }) =>
    withdrawFindings(ctx, payload as { rule: string; kind: string }),
};
