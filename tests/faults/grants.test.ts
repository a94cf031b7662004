/**
 * A grant that is taken back opens nothing any more in other processes of the platform: two of
 * them read under it as fast as they can, from the lake and from the hot copy.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, revokeGrant } from '#gate';
import { organisation } from '#organisation';
import { actor, type TestWorld, trialContract, trialFiles, trialGrant, trialWorld } from '#testing';
import { grantee } from './grants.fixture.ts';

const capabilities = [organisation, catalogue, gate];
const fixture = fileURLToPath(new URL('./grants.fixture.ts', import.meta.url));
const purpose = '管线抢修';

const files = trialFiles({
  datasets: {
    pipes: trialContract(
      { id: { required: true }, depth: { grade: 'L4' } },
      { key: ['id'], serve: { row: true } },
    ),
  },
});
const rows = `select 'p' || i as id, 'D' || i as depth from range(100) r(i)`;

let world: TestWorld;
const children: ChildProcess[] = [];
const manager = actor('manager', '330109', ['gate.manage']);

beforeAll(async () => {
  world = await trialWorld(capabilities, files, { pipes: rows }, { clock: new Date() });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => world.close());

interface Line {
  road: string;
  came: string;
  from: number;
  to: number;
}

/** A process that reads under the grant; what it said so far. */
function reader(grant: string): () => Line[] {
  const args = [fixture, world.url, world.ctx.settings.home, grant, purpose];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return () => {
    expect(child.exitCode).toBeNull();
    const whole = said.slice(0, said.lastIndexOf('\n') + 1);
    return whole.split('\n').flatMap((line) => {
      const [road = '', came = '', from, to] = line.split(' ');
      return road === '' ? [] : [{ road, came, from: Number(from), to: Number(to) }];
    });
  };
}

const roads = ['lake', 'row'] as const;

/** Waits until each road of each process says something that is so. */
async function until(readers: (() => Line[])[], is: (line: Line) => boolean): Promise<void> {
  const isDone = (): boolean =>
    readers.every((said) =>
      roads.every((road) => said().some((line) => line.road === road && is(line))),
    );
  for (let waited = 0; !isDone(); waited += 20) {
    if (waited > 60_000) throw new Error('the processes do not say it');
    await wait(20);
  }
}

test('taken back, it is refused in two other processes within a second, by both roads', async () => {
  const { id } = await issueGrant(
    world.as(manager),
    trialGrant({ grantee, dataset: 'pipes', items: ['id', 'depth'], purpose }),
  );
  const readers = [reader(id), reader(id)];
  await until(readers, ({ came }) => came === 'read');
  await revokeGrant(world.as(manager), id, '用途变了');
  const revoked = Date.now();
  await until(readers, ({ came }) => came === 'gate.grant_invalid');
  // Long after, nothing has come back.
  const seen = readers.map((said) => said().length);
  await wait(300);
  const lines = readers.flatMap((said) => said());
  expect(lines.length).toBeGreaterThan(seen[0] ?? 0);
  const later = lines.filter(({ from }) => from > revoked);
  expect(new Set(later.map(({ came }) => came))).toEqual(new Set(['gate.grant_invalid']));
  // What was under way may end as late as reads here end at all, and a second.
  const reads = lines.filter(({ came }) => came === 'read');
  const slowest = Math.max(...reads.filter(({ to }) => to < revoked).map((r) => r.to - r.from));
  expect(Math.max(...reads.map(({ to }) => to)) - revoked).toBeLessThan(1000 + slowest);
});
