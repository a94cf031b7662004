import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkAudit,
  createAudit,
  dropOldAudit,
  readAudit,
  summariseAudit,
  verifyAudit,
} from '#kernel/audit';
import { anonymous } from '#kernel/auth';
import { type Db, tx } from '#kernel/db';
import { actor, type TestWorld, testWorld } from '#testing';

let world: TestWorld;

beforeEach(async () => {
  world = await testWorld({ settings: { audit_anchor_interval_ms: 0 } });
});
afterEach(() => world.close());

const count = async (db: Db): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from audit_seen`.execute(db);
  return rows[0]?.n ?? -1;
};

/** Somebody who owns the database and its triggers. */
const tamper = (statement: string): Promise<unknown> =>
  world.ctx.db.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    await sql.raw(statement).execute(db);
  });

/** Three batches of four records each: a0 to a3, b0 to b3, c0 to c3. */
async function fill(): Promise<void> {
  for (const batch of ['a', 'b', 'c']) {
    await tx(world.ctx, async (ctx) => {
      for (let i = 0; i < 4; i += 1) {
        world.clock.advance(1000);
        await ctx.audit.record(ctx, { action: 'test.act', subject: `x/${batch}${i}` });
      }
    });
    await world.ctx.audit.seal();
  }
}

const idOf = async (subject: string): Promise<string> => {
  const { rows } = await sql<{ id: string }>`
    select id from audit_records where subject = ${subject}`.execute(world.ctx.db);
  return rows[0]?.id ?? '';
};

describe('refusals', () => {
  it.each([
    'update audit_records set actor = $$nobody$$',
    'delete from audit_records',
    'truncate audit_records cascade',
    'update audit_batches set seq = seq + 1',
    'delete from audit_batches',
  ])('the database refuses: %s', async (statement) => {
    await fill();
    await expect(sql.raw(statement).execute(world.ctx.db)).rejects.toThrow(/append-only/);
    expect(await count(world.ctx.db)).toBe(12);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it('nobody reads it without the permission', async () => {
    await fill();
    const filter = { limit: 10 };
    const builder = world.as(actor('builder', '330109', ['cases.act']));
    await expect(readAudit(builder, filter)).rejects.toMatchObject({ code: 'auth.not_allowed' });
    await expect(checkAudit(builder)).rejects.toMatchObject({ code: 'auth.not_allowed' });
    const nobody = world.as(anonymous('10.0.0.1'));
    await expect(readAudit(nobody, filter)).rejects.toMatchObject({ code: 'auth.not_signed_in' });
    expect(await count(world.ctx.db)).toBe(12);
  });

  it('a record falls with its transaction', async () => {
    const failing = tx(world.ctx, async (ctx) => {
      await ctx.audit.record(ctx, { action: 'test.act' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await world.ctx.audit.seal();
    expect(await count(world.ctx.db)).toBe(0);
    expect(await verifyAudit(world.ctx)).toMatchObject({ whole: true, batches: 0, unsealed: 0 });
  });

  it('a closed audit takes nothing more', async () => {
    const { db, settings, clock, log } = world.ctx;
    const audit = createAudit({ db, settings, clock, log });
    await audit.close();
    await expect(audit.record(world.ctx, { action: 'test.act' })).rejects.toThrow(/closed/);
  });
});

describe('verify names what does not stand', () => {
  beforeEach(fill);

  it('a record changed', async () => {
    const record = await idOf('x/b2');
    await tamper(`update audit_records set actor_name = '别人' where id = '${record}'`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'changed',
      batch: 2,
      record,
    });
  });

  it('a record deleted', async () => {
    const record = await idOf('x/a1');
    await tamper(`delete from audit_records where id = '${record}'`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'deleted',
      batch: 1,
      record,
    });
  });

  it('a record inserted', async () => {
    await tamper(`insert into audit_records
      select '00000000-0000-7000-8000-000000000001', at, actor_kind, actor, actor_name, roles,
        from_address, action, 'x/forged', dataset, purpose, grant_id, row_count, detail, request_id
      from audit_records where subject = 'x/a0'`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'inserted',
      record: '00000000-0000-7000-8000-000000000001',
    });
  });

  it('two records that changed places', async () => {
    const [first, second] = [await idOf('x/b0'), await idOf('x/b3')];
    const other = '00000000-0000-7000-8000-000000000009';
    for (const [from, to] of [
      [first, other],
      [second, first],
      [other, second],
    ]) {
      await tamper(`update audit_records set id = '${to}' where id = '${from}'`);
    }
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'reordered',
      batch: 2,
      record: first,
    });
  });
});

describe('verify names what is not whole', () => {
  beforeEach(fill);

  it('a batch changed', async () => {
    await tamper(
      `update audit_batches set sealed_at = sealed_at + interval '1 second' where seq = 2`,
    );
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'batch_changed',
      batch: 2,
    });
  });

  it('a batch deleted with its records', async () => {
    await tamper(`delete from audit_records where subject like 'x/b%'`);
    await tamper('delete from audit_batches where seq = 2');
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({ what: 'deleted', batch: 2 });
  });

  it('a tail cut off without a trace in the database', async () => {
    // What the writer notes aside goes to the disk without keeping the record waiting.
    const anchors = join(world.ctx.settings.home, 'audit', 'anchors.log');
    await expect.poll(() => readFile(anchors, 'utf8')).toMatch(/^3 [0-9a-f]{64}$/m);
    await tamper(`delete from audit_records where subject like 'x/c%'`);
    await tamper('delete from audit_batches where seq = 3');
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({ what: 'truncated', batch: 3 });
  });

  it('a history written afresh, seals and all', async () => {
    const { head } = await verifyAudit(world.ctx);
    const other = head?.replace(/./g, (digit) => (digit === '0' ? '1' : '0'));
    const anchors = join(world.ctx.settings.home, 'audit', 'anchors.log');
    await appendFile(anchors, `3 ${other}\n`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({
      what: 'batch_changed',
      batch: 3,
    });
  });

  it('a record changed while it waited for its seal', async () => {
    await tx(world.ctx, (ctx) => ctx.audit.record(ctx, { action: 'test.act', subject: 'x/d0' }));
    const record = await idOf('x/d0');
    await tamper(`update audit_records set action = 'test.other' where id = '${record}'`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({ what: 'changed', record });
  });
});

describe('written', () => {
  it('is durable and sealed in groups when the promise resolves', async () => {
    const { ctx } = world;
    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        ctx.audit.record(ctx, { action: 'test.act', subject: `x/${i}`, rows: i }),
      ),
    );
    expect(await count(ctx.db)).toBe(500);
    const verdict = await verifyAudit(ctx);
    expect(verdict).toMatchObject({ whole: true, records: 500, unsealed: 0, broken: null });
    expect(verdict.batches).toBeLessThan(10);
  });

  it('survives texts no database takes and values JSON cannot order', async () => {
    const { ctx } = world;
    const detail = { z: 1, a: { y: ['\u0000nul', '\ud800'], b: 1e21 }, none: undefined };
    await ctx.audit.record(ctx, { action: 'test.act', subject: 'x/\u0000', detail });
    expect(await verifyAudit(ctx)).toMatchObject({ whole: true, records: 1 });
  });

  it('chains the batches of two processes', async () => {
    const { db, settings, clock, log } = world.ctx;
    const other = createAudit({ db, settings, clock, log });
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        const audit = i % 2 === 0 ? world.ctx.audit : other;
        return audit.record(world.ctx, { action: 'test.act' });
      }),
    );
    await other.close();
    expect(await verifyAudit(world.ctx)).toMatchObject({ whole: true, records: 40 });
  });

  it('seals what transactions wrote soon after, by itself', async () => {
    await tx(world.ctx, (ctx) => ctx.audit.record(ctx, { action: 'test.act' }));
    await expect.poll(async () => (await verifyAudit(world.ctx)).batches).toBe(1);
    expect((await verifyAudit(world.ctx)).unsealed).toBe(0);
  });
});

describe('read', () => {
  const reader = () => world.as(actor('audit_admin', '330109', ['audit.read']));

  it('gives pages without gaps or doubles, and is audited itself', async () => {
    await fill();
    const seen: (string | null)[] = [];
    let after: string | undefined;
    do {
      const page = await readAudit(reader(), { limit: 5, after, action: 'test.' });
      seen.push(...page.items.map((one) => one.subject));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const all = ['a', 'b', 'c'].flatMap((batch) => [0, 1, 2, 3].map((i) => `x/${batch}${i}`));
    expect(seen).toEqual(all.reverse());
    const own = await readAudit(reader(), { limit: 10, action: 'audit.' });
    expect(own.items).toHaveLength(3);
    expect(own.items[0]?.detail).toEqual({ filter: { action: 'test.' } });
  });

  it('filters by time, subject and actor', async () => {
    await fill();
    const all = await readAudit(reader(), { limit: 50, action: 'test.' });
    const middle = all.items[5];
    const since = middle?.at;
    const later = await readAudit(reader(), { limit: 50, action: 'test.', since });
    expect(later.items).toHaveLength(6);
    const earlier = await readAudit(reader(), { limit: 50, action: 'test.', until: since });
    expect(earlier.items).toHaveLength(6);
    const one = await readAudit(reader(), { limit: 50, subject: 'x/b1', actor: 'system:test' });
    expect(one.items.map((record) => record.subject)).toEqual(['x/b1']);
  });

  it('says how it stands', async () => {
    await fill();
    const before = await summariseAudit(reader());
    expect(before).toMatchObject({ lastDay: 12, batches: 3, unsealed: 0, verified: null });
    expect(before.head).toBe((await verifyAudit(world.ctx)).head);
    const auditor = world.as(actor('audit_admin', '330109', ['audit.verify']));
    await checkAudit(auditor);
    world.clock.advance(25 * 3_600_000);
    expect(await summariseAudit(reader())).toMatchObject({
      lastDay: 0,
      verified: { by: auditor.actor.name, whole: true, records: 12 },
    });
  });
});

describe('retention', () => {
  const dayMs = 24 * 3_600_000;
  const drop = () => dropOldAudit(world.ctx);
  const later = (days: number): void => world.clock.advance(days * dayMs);

  it('drops nothing before its time, and never the newest batch', async () => {
    await fill();
    later(182);
    expect(await drop()).toEqual({ batches: 0, records: 0 });
    expect(await count(world.ctx.db)).toBe(12);
    later(2);
    expect(await drop()).toEqual({ batches: 2, records: 8 });
    await world.ctx.audit.seal();
    // What is left: the last batch, and the record that two were dropped.
    expect(await count(world.ctx.db)).toBe(5);
    expect(await drop()).toEqual({ batches: 1, records: 4 });
  });

  it('leaves a stone from which the chain is whole and goes on', async () => {
    await fill();
    later(184);
    await drop();
    await fill();
    const verdict = await verifyAudit(world.ctx);
    expect(verdict).toMatchObject({ whole: true, broken: null });
    expect(verdict.dropped).toEqual({ batches: 2, records: 8 });
    later(184);
    await drop();
    await world.ctx.audit.seal();
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it.each([
    [
      'a stone that nobody wrote down',
      `update audit_records set detail = '{}' where action = 'audit.dropped'`,
    ],
    ['more gone than the stone says', 'delete from audit_batches where seq = 3'],
    ['a stone moved on', 'update audit_stones set seq = seq + 1'],
  ])('is told: %s', async (_what, statement) => {
    await fill();
    later(184);
    await drop();
    await fill();
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
    await tamper(statement);
    expect((await verifyAudit(world.ctx)).whole).toBe(false);
  });

  it('the database lets nobody else delete, nor touch a stone', async () => {
    await fill();
    later(184);
    await drop();
    for (const statement of [
      'delete from audit_records',
      'delete from audit_batches',
      'delete from audit_stones',
      'update audit_stones set seq = 9',
    ]) {
      await expect(sql.raw(statement).execute(world.ctx.db)).rejects.toThrow(/append-only/);
    }
  });
});
