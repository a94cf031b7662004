/**
 * The district with its canaries and the people who ask: accounts of the pack, each signed in, one
 * at least for every role. What is logged is kept.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { capabilities } from '#app';
import { openSession } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import { createLog } from '#kernel/log';
import { districtWorld, type TestWorld } from '#testing';
import { type Canary, datasets, pack, plant } from './plant.ts';

/** Logins of the demonstration: every role, a leader in two places, an officer of two houses. */
const logins = [
  ...['wang', 'zhou', 'fang', 'shen', 'ni', 'chen', 'lou', 'sun', 'li', 'zhang', 'yu', 'fu'],
  ...['xu', 'pan', 'ji', 'xie', 'he', 'ding', 'yan', 'hu'],
];

export interface Held {
  role: string;
  unit: string;
  path: string;
}

export interface Reader {
  login: string;
  roles: readonly Held[];
  permissions: ReadonlySet<string>;
  headers: Record<string, string>;
}

/** A citizen bound to the person of one row: what stands in that row is his to see. */
export interface Person {
  login: string;
  dataset: string;
  row: number;
  /** His number, as the register has it. */
  token: string;
}

export interface Stage {
  person: Person;
  world: TestWorld;
  readers: readonly Reader[];
  as(login: string): Reader;
  canaries: ReadonlyMap<string, Canary>;
  /** Looks for these too from now on. */
  add(planted: readonly Canary[]): void;
  /** Lines of the log so far. */
  lines: readonly string[];
  /** One column of what is stored. */
  texts(query: string): Promise<string[]>;
}

/** Roles the district declares. */
export const declaredRoles: readonly string[] = readdirSync(join(pack, 'roles')).map((file) =>
  basename(file, '.yaml'),
);

async function signedIn(world: TestWorld, login: string): Promise<Reader> {
  const { token, csrf } = await openSession(world.ctx, login);
  const headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
  const answer = await world.app.inject({ url: '/api/auth/me', headers });
  const { actor } = answer.json<{ actor: { roles: Held[]; permissions: string[] } }>();
  return { login, roles: actor.roles, permissions: new Set(actor.permissions), headers };
}

/** Another session of somebody, to be ended. */
export const secondSession = async (stage: Stage, who: Reader): Promise<Reader> =>
  signedIn(stage.world, who.login);

/** Fills a district with canaries. Close its world when done. */
export async function openStage(more: readonly Capability[]): Promise<Stage> {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const served = [...capabilities, ...more];
  const world = await districtWorld({
    capabilities: served,
    log: createLog({ log_level: 'debug' }, stream),
    settings: { demo: true, http_requests_per_minute: 1_000_000 },
  });
  const canaries = new Map<string, Canary>();
  const add = (planted: readonly Canary[]): void => {
    for (const one of planted) canaries.set(one.token, one);
  };
  // Sources first; what is made from them is then planted over, with canaries of its own.
  for (const derived of [false, true]) {
    for (const [at, dataset] of datasets.entries()) {
      if (dataset.derived === derived) add(await plant(world.ctx, dataset, at));
    }
    if (!derived) await world.drainFailures();
  }
  const readers: Reader[] = [];
  for (const login of logins) readers.push(await signedIn(world, login));
  const [own] = [...canaries.values()].filter(
    (one) => one.dataset.name === 'residents' && one.item === 'person_id' && one.row === 0,
  );
  return {
    world,
    person: { login: 'wang', dataset: 'residents', row: 0, token: own?.token ?? '' },
    readers,
    canaries,
    add,
    lines,
    as: (login) => {
      const found = readers.find((one) => one.login === login);
      if (found === undefined) throw new Error(`nobody is ${login}`);
      return found;
    },
    texts: async (query) =>
      (await sql.raw<{ x: string }>(query).execute(world.ctx.db)).rows.map(({ x }) => x),
  };
}
