/** When a number can no longer be trusted, since when and why. */
import { getDataset, lastHeard, lateness } from '#catalogue';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import type { Staleness } from '../model.ts';
import type { IndicatorState } from '../store.ts';
import { localDay } from './days.ts';

/** The instant a local day begins. */
function startOfDay(day: string, timeZone: string): Date {
  const utc = new Date(`${day}T00:00:00Z`);
  const shown = new Date(utc.toLocaleString('sv-SE', { timeZone }).replace(' ', 'T').concat('Z'));
  return new Date(utc.getTime() - (shown.getTime() - utc.getTime()));
}

function failed(state: IndicatorState): Staleness | null {
  if (state.failed_code === null || state.failed_at === null) return null;
  return {
    since: state.failed_at.toISOString(),
    dataset: null,
    why: {
      zh: `上次计算没有成功（${state.failed_code}）`,
      en: `The last computation failed (${state.failed_code})`,
    },
  };
}

/**
 * When what it read was last known to be all there is: the same delivered again, and the word of a
 * source that it has nothing new, count for the newest snapshot.
 */
async function currentAt(ctx: Ctx, { dataset, snapshot, at }: ReadSnapshot): Promise<Date> {
  const read = new Date(at);
  const heard = await lastHeard(ctx, dataset);
  const isNewest = ((await ctx.lake.lastCommit(ctx, dataset)) ?? 0) <= snapshot;
  return isNewest && heard !== null && heard > read ? heard : read;
}

/**
 * Why the values of an indicator are stale; null when they are not. The longest late dataset is
 * named.
 */
export async function stalenessOf(ctx: Ctx, state: IndicatorState): Promise<Staleness | null> {
  const failure = failed(state);
  if (failure) return failure;
  const zone = ctx.settings.time_zone;
  const late: Staleness[] = [];
  for (const snapshot of state.snapshots) {
    const contract = await getDataset(ctx, snapshot.dataset);
    const last = await currentAt(ctx, snapshot);
    const found = lateness(contract.cycle, last, ctx);
    if (found === null) continue;
    const delivered = localDay(last, zone);
    const { zh, en } = contract.title;
    late.push({
      since: startOfDay(found.since, zone).toISOString(),
      dataset: contract.name,
      why: {
        zh: `“${zh}”应${cycleWords[contract.cycle] ?? ''}更新，上次送达是 ${delivered}`,
        en: `"${en}" is due ${contract.cycle}; it was last delivered on ${delivered}`,
      },
    });
  }
  return late.sort((a, b) => a.since.localeCompare(b.since))[0] ?? null;
}

const cycleWords: Readonly<Record<string, string>> = {
  daily: '每日',
  weekly: '每周',
  monthly: '每月',
  quarterly: '每季度',
  half_year: '每半年',
  yearly: '每年',
};
