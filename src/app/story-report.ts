/**
 * What `GET /api/story` answers: the cards of the sample with the times and numbers of the last
 * play.
 */
import { z } from 'zod';
import { values } from '#indicators';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { type StoryFacts, type StorySite, stopCards, storyNumbers } from '#sample';
import { lastPlay, type Play } from './story.ts';

const bilingual = z.strictObject({ zh: z.string(), en: z.string() });

const storyStop = z.strictObject({
  n: z.number().int().describe('1 to 7'),
  at: z.string().nullable().describe('When it happened, UTC; null while it has not'),
  title: bilingual,
  lines: z.array(bilingual),
  heading: bilingual,
  what: bilingual,
  scene: z.string().describe('Drawing of the card'),
  facts: z.record(z.string(), z.string()).describe('Words in the drawing'),
  link: z.string().describe('Page of the real thing'),
  role: bilingual,
  account: z.string().describe('Who acts here'),
  todo: z.array(z.strictObject({ label: bilingual, link: z.string(), key: z.string() })),
  state: z.enum(['done', 'now', 'todo']),
});

const storyNumber = z.strictObject({
  indicator: z.string(),
  name: bilingual,
  unit: z.string(),
  unitName: z.string(),
  level: z.string(),
  before: z.number().nullable(),
  after: z.number().nullable(),
  measure: bilingual,
  digits: z.number().int(),
  better: z.enum(['up', 'down']),
  at: z.string().nullable(),
  seconds: z.number().nullable(),
  owner: z.string(),
  trend: z.array(z.number().nullable()),
});

export const storyView = z.strictObject({
  stops: z.array(storyStop),
  numbers: z.array(storyNumber),
  replay: z.strictObject({
    state: z.enum(['idle', 'running']),
    startedAt: z.string().nullable(),
    stop: z.number().int().nullable(),
  }),
});
export type StoryView = z.infer<typeof storyView>;

const measured = (facts: StoryFacts, name: string): number | null => {
  const text = facts[name];
  return text === undefined ? null : (JSON.parse(text) as number | null);
};

async function numberOf(
  ctx: Ctx,
  play: Play,
  site: StorySite,
  plan: (typeof storyNumbers)[number],
): Promise<z.infer<typeof storyNumber>[]> {
  const unit = plan.unit(site, ctx.settings.county_code);
  // The page shows the same three numbers to everybody; whoever opens one is asked for his own
  // rights.
  const system = { ...ctx, actor: systemActor('story') };
  const found = (await values(system, { indicators: [plan.indicator], unit, days: 14 }))[0];
  if (!found) return [];
  const at = play.facts[`at.${plan.indicator}.${unit}`] ?? null;
  return [
    {
      indicator: plan.indicator,
      name: found.title,
      unit,
      unitName: found.name,
      level: (await findUnit(ctx, unit))?.level ?? 'district',
      before: measured(play.facts, `before.${plan.indicator}.${unit}`),
      after: measured(play.facts, `after.${plan.indicator}.${unit}`),
      measure: found.valueUnit,
      digits: found.decimals,
      better: found.direction,
      at,
      seconds: null,
      owner: found.ownerName,
      trend: found.trend.map((point) => point.value),
    },
  ];
}

const hourMs = 3_600_000;

/**
 * The first filling plays by the script's clock: how long that runs says nothing to who watches.
 */
const isLive = (ctx: Ctx, play: Play): boolean =>
  play.state === 'running' && ctx.clock.now().getTime() - play.started_at.getTime() < hourMs;

function stateOf(play: Play, n: number): 'done' | 'now' | 'todo' {
  if (play.state === 'done' || n < play.stop) return 'done';
  if (n === play.stop) return play.state === 'running' ? 'now' : 'done';
  return 'todo';
}

/** The story as far as it was played; no stop before the first play began. */
export async function storyReport(ctx: Ctx, sites: readonly StorySite[]): Promise<StoryView> {
  const play = await lastPlay(ctx);
  const site = play && sites[play.site];
  if (!play || !site) {
    return { stops: [], numbers: [], replay: { state: 'idle', startedAt: null, stop: null } };
  }
  const numbers = await Promise.all(storyNumbers.map((plan) => numberOf(ctx, play, site, plan)));
  return {
    stops: stopCards({ site, facts: play.facts }).map((card) => ({
      ...card,
      at: play.facts[`time.${card.n}`] ?? null,
      state: stateOf(play, card.n),
    })),
    numbers: numbers.flat(),
    replay: {
      state: play.state === 'running' ? 'running' : 'idle',
      startedAt: isLive(ctx, play) ? play.started_at.toISOString() : null,
      stop: play.state === 'running' ? play.stop : null,
    },
  };
}
