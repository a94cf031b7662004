/** Records of a busy moment: sealed and durable at once, given their rows later, seen all along. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  createAudit,
  datasetUses,
  dropOldAudit,
  looksAt,
  readAudit,
  startAuditKeeping,
  summariseAudit,
  verifyAudit,
} from '#kernel/audit';
import { personHash } from '#kernel/auth';
import { actor, type TestWorld, testWorld } from '#testing';

let world: TestWorld;
const many = 8;

beforeEach(async () => {
  // Longer than any test: what is unpacked is unpacked because the test asked for it.
  world = await testWorld({ settings: { audit_unpack_delay_ms: 600_000 } });
});
afterEach(() => world.close());

const held = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(table)}`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
};

const reader = actor('clerk', '330109004');
const clerk = () => world.as(reader);
const admin = () => world.as(actor('audit_admin', '330109', ['audit.read']));

/** All in one turn of the event loop: they share a batch. */
const writeTogether = (entry: (i: number) => AuditEntry): Promise<unknown> =>
  Promise.all(Array.from({ length: many }, (_, i) => clerk().audit.record(clerk(), entry(i))));

const citizen = '330109195501011231';
const full = (i: number): AuditEntry => ({
  action: 'gate.read_one',
  subject: `x/${i}`,
  dataset: 'components',
  purpose: '城市管理',
  rows: i,
  persons: i % 2 === 0 ? [citizen] : undefined,
  detail: i % 3 === 0 ? undefined : { z: [1, { b: null }], a: `"引号" ${i}`, big: 1e21 },
});

/** Somebody who owns the database and its triggers. */
const tamper = (statement: string): Promise<unknown> =>
  world.ctx.db.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    await sql.raw(statement).execute(db);
  });

const unpack = () => startAuditKeeping(world.ctx);
const broken = async () => (await verifyAudit(world.ctx)).broken;

describe('refused', () => {
  beforeEach(() => writeTogether(full));

  it.each([
    'update audit_packed set seq = seq + 1',
    'delete from audit_packed',
    'truncate audit_packed',
  ])('by the database: %s', async (statement) => {
    await expect(sql.raw(statement).execute(world.ctx.db)).rejects.toThrow(/append-only/);
    expect(await held('audit_seen')).toBe(many);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it('a record that cannot be kept, alone', async () => {
    const rows = [1, 1.5, 2];
    const written = await Promise.allSettled(
      rows.map((count) => clerk().audit.record(clerk(), { action: 'test.act', rows: count })),
    );
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('named when it was changed while packed', () => {
  beforeEach(() => writeTogether(full));
  const change = (from: string, to: string) =>
    tamper(`update audit_packed set records = replace(records::text, '${from}', '${to}')::json`);

  it('a record', async () => {
    await change('"x/3"', '"x/9"');
    const { items } = await readAudit(admin(), { limit: 1, subject: 'x/9' });
    expect(await broken()).toMatchObject({ what: 'changed', batch: 1, record: items[0]?.id });
  });

  it('the list', async () => {
    await tamper(`update audit_packed set records = '{}'`);
    expect(await broken()).toMatchObject({ what: 'deleted', batch: 1 });
  });

  it('deleted', async () => {
    await tamper('delete from audit_packed');
    expect(await broken()).toMatchObject({ what: 'deleted', batch: 1 });
  });

  it('inserted', async () => {
    const forged = '00000000-0000-7000-8000-000000000001';
    await tamper(`insert into audit_packed
      select 99, json_build_array(jsonb_set((records -> 0)::jsonb, '{0}', '"${forged}"'))
      from audit_packed`);
    expect(await broken()).toMatchObject({ what: 'inserted', record: forged });
  });

  it('one more row of a record that is there', async () => {
    await tamper(`insert into audit_records
      select r.* from audit_packed p cross join lateral audit_unpack(p.records) r limit 1`);
    expect(await broken()).toMatchObject({ what: 'inserted' });
  });
});

describe('seen', () => {
  it('alike whether packed or with rows of their own, and whole either way', async () => {
    await writeTogether(full);
    expect([await held('audit_records'), await held('audit_packed')]).toEqual([0, 1]);
    const filter = { limit: 50, action: 'gate.' };
    const packed = await readAudit(admin(), filter);
    expect(packed.items).toHaveLength(many);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
    await unpack();
    expect([await held('audit_records'), await held('audit_packed')]).toEqual([many + 1, 0]);
    expect(await readAudit(admin(), filter)).toEqual(packed);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it('with every field as a record written alone has it', async () => {
    await clerk().audit.record(clerk(), full(4));
    await writeTogether(full);
    const { items } = await readAudit(admin(), { limit: 50, subject: 'x/4' });
    const [packed, alone] = items.map(({ id: _id, ...fields }) => fields);
    expect(packed).toEqual(alone);
    expect(alone).toMatchObject({ rows: 4, persons: [personHash(world.ctx.settings, citizen)] });
  });

  it('page by page over both, and in what is counted', async () => {
    await writeTogether(full);
    await unpack();
    world.clock.advance(1000);
    await writeTogether((i) => full(i + many));
    const seen: (string | null)[] = [];
    let after: string | undefined;
    do {
      const page = await readAudit(admin(), { limit: 5, after, dataset: 'components' });
      seen.push(...page.items.map((one) => one.subject));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(2 * many);
    expect(new Set(seen.slice(0, many))).toEqual(
      new Set(Array.from({ length: many }, (_, i) => `x/${i + many}`)),
    );
    expect((await summariseAudit(admin())).lastDay).toBeGreaterThanOrEqual(2 * many);
    const now = world.clock.now().getTime();
    const [use] = await datasetUses(world.ctx.db, {
      from: new Date(now - 60_000),
      to: new Date(now + 60_000),
      actions: ['gate.read_one'],
    });
    // The first record gave no row.
    expect(use).toMatchObject({ dataset: 'components', reads: 2 * many - 1 });
  });

  it('by the person concerned', async () => {
    await writeTogether(full);
    const { items } = await looksAt(world.as(actor('citizen', '330109')), {
      person: personHash(world.ctx.settings, citizen),
      sealedRoles: [],
      limit: 20,
    });
    expect(items).toHaveLength(many / 2);
  });
});

describe('unpacked', () => {
  it('soon, by itself', async () => {
    const { db, settings, clock, log } = world.ctx;
    const prompt = { ...settings, audit_unpack_delay_ms: 0 };
    const audit = createAudit({ db, settings: prompt, clock, log });
    await Promise.all(Array.from({ length: many }, (_, i) => audit.record(world.ctx, full(i))));
    await expect.poll(() => held('audit_records')).toBe(many);
    await audit.close();
  });

  it('by two processes at once, none twice', async () => {
    const { db, settings, clock, log } = world.ctx;
    const audits = [0, 1].map(() => createAudit({ db, settings, clock, log }));
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        audits.flatMap((audit) =>
          Array.from({ length: many }, (_, i) => audit.record(world.ctx, full(i))),
        ),
      );
    }
    await Promise.all(audits.map((audit) => audit.close()));
    expect([await held('audit_records'), await held('audit_packed')]).toEqual([10 * many, 0]);
    expect(await verifyAudit(world.ctx)).toMatchObject({ whole: true, records: 10 * many });
  });

  it('also what no database takes as a name', async () => {
    await writeTogether((i) => ({ action: 'test.act', detail: { [`\u0000${i}\ud800`]: i } }));
    await unpack();
    expect(await held('audit_packed')).toBe(0);
    expect(await verifyAudit(world.ctx)).toMatchObject({ whole: true, records: many });
  });

  it('before retention drops it', async () => {
    await writeTogether(full);
    world.clock.advance(1000);
    await writeTogether(full);
    world.clock.advance(184 * 24 * 3_600_000);
    expect(await dropOldAudit(world.ctx)).toEqual({ batches: 1, records: many });
    await world.ctx.audit.seal();
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });
});
