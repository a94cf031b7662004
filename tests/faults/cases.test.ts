/**
 * `kill -9` while people act on cases and clocks fire: what was acknowledged stands and stands once,
 * every state is what its timeline gives, every running clock has its timer and nothing else has.
 * `GUANTONG_FAULT_KILLS` sets how many kills, `GUANTONG_FAULT_SEED` which moments.
 */
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cases, rebuild } from '#cases';
import { systemClock } from '#kernel/context';
import { fireDueTimers } from '#kernel/jobs';
import { notices } from '#notices';
import { organisation } from '#organisation';
import { applyFiles, potholeFiles, type TestWorld, testWorld } from '#testing';

const kills = Number(process.env.GUANTONG_FAULT_KILLS ?? 6);
const seed = Number(process.env.GUANTONG_FAULT_SEED ?? Date.now() % 1_000_000);
const mostMs = 1500;
const capabilities = [organisation, notices, cases];
const fixture = fileURLToPath(new URL('./cases.fixture.ts', import.meta.url));

/** Limits of milliseconds, so that clocks and ladder have much to do. */
const files = potholeFiles({
  sign: 0.02,
  warnSign: '[50]',
  repair: '{value: 0.05, unit: seconds}',
  warnRepair: '[30, 60]',
  late: '{notify: {role: seat, unit: district, template: told}}',
  check: '{value: 0.03, unit: seconds}',
  evidence: '[]',
});

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(() => world?.close());

/** mulberry32: numbers from 0 to 1 that a seed gives again. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Lets a process work a moment and kills it; gives what it said was done.
 * @param least lines it says before its moment begins, however slow the machine is just now
 */
async function workAndDie(from: number, ms: number, least: number): Promise<string[]> {
  const args = [fixture, world.url, world.ctx.settings.home, String(from)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const lines = (): number => said.split('\n').length - 2;
  while (!(said.includes('ready') && lines() >= least) && child.exitCode === null) await wait(5);
  await wait(ms);
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await gone;
  return said.slice(0, said.lastIndexOf('\n')).split('\n').slice(1).filter(Boolean);
}

interface Row {
  id: number;
  state: NonNullable<ReturnType<typeof rebuild>>;
}

/** Everything written down so far is whole. @returns cases, and facts seen */
async function checkWhole(after: number, atEnd = false): Promise<{ rows: Row[]; facts: number }> {
  const { db } = world.ctx;
  const { rows } = await sql<Row>`select id, state from case_file where id > ${after}
    order by id`.execute(db);
  const lines = await sql<{
    case_id: number;
    seq: number;
    at: Date;
    actor: string;
    actor_name: string;
    actor_unit: string | null;
    fact: never;
  }>`select * from case_timeline where case_id > ${after} order by case_id, seq`.execute(db);
  const timelines = Map.groupBy(lines.rows, (line) => line.case_id);
  const tasks = await sql<{ case_id: number; task: number }>`
    select case_id, task from case_task where open and case_id > ${after}`.execute(db);
  for (const { id, state } of rows) {
    const entries = (timelines.get(id) ?? []).map((line) => ({
      seq: line.seq,
      at: line.at,
      actor: line.actor,
      actorName: line.actor_name,
      actorUnit: line.actor_unit,
      fact: line.fact,
    }));
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, place) => place + 1));
    expect(rebuild(entries)).toEqual(state);
    const open = state.tasks.filter((task) => task.state === 'open').map((task) => task.id);
    const inbox = tasks.rows.filter((task) => task.case_id === id).map((task) => task.task);
    expect(inbox.sort()).toEqual(open.sort());
  }
  await checkTimers(rows, atEnd);
  return { rows, facts: lines.rows.length };
}

/**
 * A clock with something to say has one timer. A timer that stepped aside for whoever stopped its
 * clock may be left for a moment; it fires to nothing, and at the end none is left.
 */
async function checkTimers(rows: readonly Row[], atEnd: boolean): Promise<void> {
  const wanted = rows.flatMap(({ id, state }) =>
    state.clocks
      .filter((clock) => clock.state === 'running')
      .filter(
        (clock) => !clock.expired || clock.marks.some((m) => !clock.warned.includes(m.percent)),
      )
      .map((clock) => `${id}/${clock.id}`),
  );
  const { rows: timers } = await sql<{ key: string }>`select key from timers
    where kind = 'cases.clock' and fired_at is null`.execute(world.ctx.db);
  const ids = new Set(rows.map(({ id }) => String(id)));
  const set = timers.map(({ key }) => key).filter((key) => ids.has(key.split('/')[0] ?? ''));
  expect(new Set(set).size).toBe(set.length);
  expect(wanted.filter((key) => !set.includes(key))).toEqual([]);
  if (atEnd) expect(set.sort()).toEqual(wanted.sort());
}

/**
 * Every acknowledged line stands in the timeline. A case opened stands once; an action may stand
 * once more than it was said, where its second time was committed and nobody told.
 */
async function checkAcknowledged(lines: readonly string[]): Promise<void> {
  const said = new Map<string, number>();
  for (const line of lines) said.set(line, (said.get(line) ?? 0) + 1);
  const { rows } = await sql<{ line: string; n: number }>`
    select case_id || ' ' || case when fact ->> 'kind' = 'opened' then 'open'
        else fact ->> 'action' end as line, count(*)::int as n
    from case_timeline
    where fact ->> 'kind' in ('opened', 'acted') and not (actor like 'system:cases')
    group by 1`.execute(world.ctx.db);
  const stands = new Map(rows.map(({ line, n }) => [line, n]));
  for (const [line, n] of said) {
    const most = line.endsWith(' open') ? n : n + 1;
    expect(stands.get(line), line).toBeGreaterThanOrEqual(n);
    expect(stands.get(line), line).toBeLessThanOrEqual(most);
  }
}

test(`killed ${kills} times while cases move (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  let lines = 0;
  let facts = 0;
  let unsaid = 0;
  let last = 0;
  let from = 1;
  for (let turn = 0; turn < kills; turn += 1) {
    // Every other process gets as far as an action, and some are killed at their very beginning.
    const said = await workAndDie(from, random() * mostMs, (turn % 2) * 3);
    from += 3 * said.filter((line) => line.endsWith(' open')).length + 3;
    const whole = await checkWhole(last);
    const acted = said.filter((line) => !line.endsWith(' open'));
    // Whoever was in the middle of an action was told nothing; at most one for each of the three.
    const stood = whole.rows.reduce(
      (sum, { state }) =>
        sum +
        Object.entries(state.counts).reduce((n, [name, c]) => n + (name === 'lapse' ? 0 : c), 0),
      0,
    );
    expect(stood - acted.length).toBeGreaterThanOrEqual(0);
    expect(stood - acted.length).toBeLessThanOrEqual(3);
    unsaid += stood - acted.length;
    await checkAcknowledged(said);
    lines += said.length;
    facts += whole.facts;
    last = whole.rows.at(-1)?.id ?? last;
  }
  // What the dead left running goes on: its clocks fire, once.
  const { ctx } = world;
  for (let round = 0; round < 20; round += 1) {
    await fireDueTimers({ ...ctx, clock: systemClock }, [cases], (error) => {
      throw error;
    });
    await wait(20);
  }
  await checkWhole(0, true);
  const twice = await sql`select case_id from case_timeline
    where fact ->> 'kind' in ('clock_expired', 'clock_warned')
    group by case_id, fact ->> 'kind', fact ->> 'clock', fact ->> 'percent'
    having count(*) > 1`.execute(ctx.db);
  console.log(
    `${kills} kills, seed ${seed}: ${lines} actions acknowledged, ${unsaid} committed before ` +
      `anybody was told, ${facts} facts`,
  );
  // A clock that was extended may warn and expire anew; only those cases may have two.
  const extended = await sql<{ id: number }>`select distinct case_id as id from case_timeline
    where fact ->> 'kind' = 'clock_moved'`.execute(ctx.db);
  const may = new Set(extended.rows.map(({ id }) => id));
  expect(twice.rows.filter((row) => !may.has((row as { case_id: number }).case_id))).toEqual([]);
  expect(lines).toBeGreaterThanOrEqual(Math.floor(kills / 2) * 3);
}, 7_200_000);
