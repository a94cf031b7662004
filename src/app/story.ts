/**
 * The story of the demonstration: plays the sample's script through the HTTP API, remembers how far
 * it is, and tells the story page. Played by the script's clock in the first filling and by the
 * wall's clock before an audience.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { values } from '#indicators';
import { systemActor } from '#kernel/auth';
import type { Clock, Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import {
  arriving,
  dayIn,
  injected,
  type Moment,
  type People,
  people,
  type StoryFacts,
  type StorySite,
  storyNumbers,
  storyScript,
} from '#sample';
import type { Platform } from './platform.ts';

export interface Play {
  id: number;
  site: number;
  state: 'running' | 'done' | 'failed';
  stop: number;
  started_at: Date;
  finished_at: Date | null;
  facts: StoryFacts;
  error: string | null;
}

/** The play to show: the one that runs, else the last that was told to its end. */
export async function lastPlay(ctx: Ctx): Promise<Play | undefined> {
  const found = await sql<Play>`
    select * from story_play
    order by case state when 'running' then 0 when 'done' then 1 else 2 end, id desc
    limit 1`.execute(ctx.db);
  return found.rows[0];
}

/**
 * The play begun last, whatever became of it: a process that died leaves it running, one that was
 * stopped leaves it failed.
 */
export async function newestPlay(ctx: Ctx): Promise<Play | undefined> {
  const found = await sql<Play>`select * from story_play order by id desc limit 1`.execute(ctx.db);
  return found.rows[0];
}

/** A replay that the process did not live to end is over: nobody plays it on. */
export async function endBrokenPlays(ctx: Ctx): Promise<void> {
  await sql`update story_play set state = 'failed', error = 'interrupted'
    where state = 'running'`.execute(ctx.db);
}

const topic = { hint: { topic: 'story', id: 'story' } };

async function savePlay(ctx: Ctx, play: Play): Promise<void> {
  await tx(ctx, async (inside) => {
    await sql`update story_play set state = ${play.state}, stop = ${play.stop}, error = ${play.error},
      facts = ${JSON.stringify(play.facts)}::jsonb, finished_at = ${play.finished_at}
      where id = ${play.id}`.execute(inside.db);
    await publish(inside, 'story.moved', topic);
  });
}

/** A new play with the next of the sample's covers. */
export async function newPlay(ctx: Ctx, sites: number): Promise<Play> {
  return tx(ctx, async (inside) => {
    const before = await sql<{ n: number }>`select count(*) as n from story_play`.execute(
      inside.db,
    );
    const site = Number(before.rows[0]?.n ?? 0) % sites;
    const made = await sql<Play>`insert into story_play (site, state, started_at)
      values (${site}, 'running', ${inside.clock.now()}) returning *`.execute(inside.db);
    await publish(inside, 'story.moved', topic);
    const play = made.rows[0];
    if (!play) throw new Error('the play was not written');
    return play;
  });
}

interface Measured {
  value: number | null;
  at: string;
}

/** One of the story's three numbers now, as the platform computes it. */
async function measure(ctx: Ctx, indicator: string, unit: string): Promise<Measured> {
  const found = await values(ctx, { indicators: [indicator], unit });
  return { value: found[0]?.value ?? null, at: ctx.clock.now().toISOString() };
}

/**
 * What was measured after a stop: the value before the change, and after the last stop the value
 * after it.
 */
async function measureAfter(ctx: Ctx, site: StorySite, stop: number): Promise<StoryFacts> {
  const last = storyScript.at(-1)?.stop;
  const facts: StoryFacts = {};
  for (const plan of storyNumbers) {
    const phase = stop === plan.before ? 'before' : stop === last ? 'after' : undefined;
    if (!phase) continue;
    const unit = plan.unit(site, ctx.settings.county_code);
    const { value, at } = await measure(ctx, plan.indicator, unit);
    facts[`${phase}.${plan.indicator}.${unit}`] = JSON.stringify(value);
    if (phase === 'after') facts[`at.${plan.indicator}.${unit}`] = at;
  }
  return facts;
}

export interface Theatre {
  ctx: () => Ctx;
  site: StorySite;
  people: People;
  clock: Clock;
  /** Sets the clock of the script, or waits for the next moment before an audience. */
  cue: (moment: Moment) => Promise<void>;
  /** Returns when what the moment caused has happened. */
  settle: () => Promise<void>;
  /** Tries a moment again while what it waits for is on its way. */
  patienceMs: number;
  /** The play is broken off when it fires. */
  stop?: AbortSignal;
}

async function runMoment(theatre: Theatre, moment: Moment, play: Play): Promise<StoryFacts> {
  const ctx = theatre.ctx();
  const stage = {
    people: theatre.people,
    site: theatre.site,
    facts: play.facts,
    now: () => theatre.clock.now(),
    day: dayIn(play.started_at, ctx.settings.time_zone).replaceAll('-', ''),
    serial: String(7000 + (play.id % 3000)),
  };
  const { patienceMs, stop } = theatre;
  return arriving(() => moment.run(stage), { patienceMs, ...(stop ? { stop } : {}) });
}

/** Plays what is left of a play, moment by moment; a play that was interrupted goes on. */
export async function playOn(theatre: Theatre, play: Play): Promise<Play> {
  let now = play;
  const ctx = theatre.ctx;
  const from = Number(play.facts.moments ?? 0);
  try {
    for (const [at, moment] of storyScript.entries()) {
      if (at < from) continue;
      await theatre.cue(moment);
      const learned = await runMoment(theatre, moment, now);
      await theatre.settle();
      const ends = storyScript[at + 1]?.stop !== moment.stop;
      const measured = ends ? await measureAfter(ctx(), theatre.site, moment.stop) : {};
      const time = now.facts[`time.${moment.stop}`] ?? theatre.clock.now().toISOString();
      const marks = { moments: String(at + 1), [`time.${moment.stop}`]: time };
      now = {
        ...now,
        stop: moment.stop,
        facts: { ...now.facts, ...learned, ...measured, ...marks },
      };
      await savePlay(ctx(), now);
    }
    now = { ...now, state: 'done', finished_at: theatre.clock.now() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    ctx().log.error({ err: thrown }, 'the story stopped');
    now = { ...now, state: 'failed', error };
  }
  await savePlay(ctx(), now);
  return now;
}

/** A clock that the script sets. */
export function scriptClock(start: Date): Clock & { set(at: Date): void } {
  let at = start;
  return {
    now: () => at,
    set: (next) => {
      at = next;
    },
  };
}

/** Instant of `HH:MM:SS` of a local day in `zone`. */
export function localInstant(day: string, time: string, zone: string): Date {
  const guess = new Date(`${day}T${time}Z`);
  const shown = new Date(
    `${new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone })
      .format(guess)
      .replace(' ', 'T')}Z`,
  );
  return new Date(guess.getTime() - (shown.getTime() - guess.getTime()));
}

/** The last day whose whole script lies in the past. */
export function scriptDay(now: Date, zone: string): string {
  const last = storyScript.at(-1)?.at ?? '23:59:59';
  const today = dayIn(now, zone);
  return localInstant(today, last, zone) < now
    ? today
    : dayIn(new Date(now.getTime() - 86_400_000), zone);
}

/** Plays by the script's clock, in this process, with nothing else running: the first filling. */
export function scriptTheatre(
  platform: Platform,
  app: FastifyInstance,
  site: StorySite,
  clock: ReturnType<typeof scriptClock>,
  day: string,
  password: string,
): Theatre {
  const zone = platform.settings.time_zone;
  return {
    ctx: () => platform.ctx(systemActor('story'), { clock }),
    site,
    people: people(injected(app), password),
    clock,
    cue: async (moment) => clock.set(localInstant(day, moment.at, zone)),
    settle: () => platform.drain(clock),
    patienceMs: 0,
  };
}

/**
 * Plays before an audience: the wall's clock, the server's own loops, a breath between the moments.
 */
export function liveTheatre(
  platform: Platform,
  app: FastifyInstance,
  site: StorySite,
  password: string,
  breathMs: number,
  stop: AbortSignal,
): Theatre {
  const ctx = () => platform.ctx(systemActor('story'));
  return {
    ctx,
    site,
    people: people(injected(app), password),
    clock: ctx().clock,
    cue: () => pause(breathMs, undefined, { signal: stop }),
    settle: () => pause(Math.min(breathMs, 1500), undefined, { signal: stop }),
    patienceMs: 20_000,
    stop,
  };
}
