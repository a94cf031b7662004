/** Day digests, and whom a record concerns: what is refused, hidden, chained and found again. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkAudit,
  closeDays,
  daysClosed,
  digestLine,
  dropOldAudit,
  identitiesIn,
  looksAt,
  readAudit,
  readDays,
  readDigests,
  seekPerson,
  verifyAudit,
} from '#kernel/audit';
import { anonymous, personHash } from '#kernel/auth';
import { actor, type TestWorld, testWorld } from '#testing';

let world: TestWorld;
const dayMs = 24 * 3_600_000;
const admin = () => world.as(actor('audit_admin', '330109', ['audit.read', 'audit.verify']));
const clerk = () => world.as(actor('window_clerk', '330109'));

/** Invented numbers. */
const [one, other] = ['330109195501011231', '33010919880307002X'] as const;

const write = (subject: string, persons?: string[]): Promise<void> =>
  clerk().audit.record(clerk(), { action: 'gate.read_one', subject, persons, purpose: 'window' });

async function tamper(statement: string): Promise<void> {
  const table = /(?:update|from|into) (\w+)/.exec(statement)?.[1] ?? '';
  await sql.raw(`alter table ${table} disable trigger all`).execute(world.ctx.db);
  await sql.raw(statement).execute(world.ctx.db);
  await sql.raw(`alter table ${table} enable trigger all`).execute(world.ctx.db);
}

const held = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(table)}`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
};

beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world.close());

describe('refused', () => {
  it('digests and search by person, to all but the audit administrator', async () => {
    await write('x/1');
    world.clock.advance(dayMs);
    for (const who of [clerk(), world.as(anonymous('10.0.0.1'))]) {
      const code = who.actor.kind === 'anonymous' ? 'auth.not_signed_in' : 'auth.not_allowed';
      await expect(readDays(who, 10)).rejects.toMatchObject({ code });
      await expect(seekPerson(who, one)).rejects.toMatchObject({ code });
      await expect(checkAudit(who, new Map())).rejects.toMatchObject({ code });
    }
    expect(await held('audit_days')).toBe(0);
    expect(await held('audit_records')).toBe(1);
  });

  it('any change of a closed day', async () => {
    await write('x/1');
    world.clock.advance(dayMs);
    await closeDays(world.ctx);
    for (const statement of ['delete from audit_days', 'update audit_days set records = 9']) {
      await expect(sql.raw(statement).execute(world.ctx.db)).rejects.toThrow(/append-only/);
    }
    // Not even in the name of retention.
    const retention = world.ctx.db.transaction().execute(async (db) => {
      await sql`select set_config('guantong.audit_retention', 'on', true)`.execute(db);
      await sql`delete from audit_days`.execute(db);
    });
    await expect(retention).rejects.toThrow(/append-only/);
  });
});

async function threeDays(): Promise<void> {
  for (const day of ['a', 'b', 'c']) {
    await write(`x/${day}1`);
    await write(`x/${day}2`);
    world.clock.advance(dayMs);
  }
}

describe('a digest for each day', () => {
  it('closes what is over, never today, once', async () => {
    await write('x/1');
    expect(await closeDays(world.ctx)).toEqual([]);
    world.clock.advance(dayMs);
    await write('x/2');
    const [closed] = await Promise.all([closeDays(world.ctx), closeDays(world.ctx)]);
    expect(closed.length).toBeLessThanOrEqual(1);
    const days = await daysClosed(world.ctx, 10);
    expect(days).toHaveLength(1);
    expect(days[0]).toMatchObject({ fromBatch: 1, toBatch: 1, records: 1 });
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it('is a local day: Xiaoshan sleeps while Greenwich works', async () => {
    world.clock.set('2026-03-01T15:59:59.000Z');
    await write('x/before midnight');
    world.clock.set('2026-03-01T16:00:00.000Z');
    await write('x/after midnight');
    world.clock.set('2026-03-03T00:00:00.000Z');
    const days = await closeDays(world.ctx);
    expect(days).toEqual(['2026-03-01', '2026-03-02']);
  });

  it('what a third party kept is the same later, line by line', async () => {
    await threeDays();
    const before = (await readDays(admin(), 10)).map(digestLine).join('\n');
    expect(before.split('\n')).toHaveLength(3);
    world.clock.advance(dayMs);
    const kept = readDigests(`kept by the notary:\n${before.toUpperCase()}\n`);
    expect(kept.size).toBe(3);
    expect(await checkAudit(admin(), kept)).toMatchObject({ whole: true });
  });

  it('outlives its batches: retention drops them, the chain of days goes on', async () => {
    await threeDays();
    const kept = readDigests((await readDays(admin(), 10)).map(digestLine).join('\n'));
    world.clock.advance(184 * dayMs);
    await dropOldAudit(world.ctx);
    await world.ctx.audit.seal();
    await closeDays(world.ctx);
    const verdict = await verifyAudit(world.ctx, kept);
    expect(verdict).toMatchObject({ whole: true });
    expect(verdict.dropped.batches).toBeGreaterThan(4);
  });
});

describe('verify names the day', () => {
  it.each([
    ['its digest was written over', `update audit_days set digest = 'x' where from_seq = 3`],
    ['a day was taken out', 'delete from audit_days where from_seq = 3'],
    ['it was given more batches', 'update audit_days set to_seq = 5, records = 3 where to_seq = 4'],
  ])('%s', async (_what, statement) => {
    await threeDays();
    await closeDays(world.ctx);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
    await tamper(statement);
    const { broken } = await verifyAudit(world.ctx);
    expect(broken).toMatchObject({ what: 'day_changed', record: null });
    expect(broken?.at).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('whose digest is not the one that was handed over, though all else was forged to fit', async () => {
    await threeDays();
    const [newest] = await readDays(admin(), 1);
    const forged = new Map([[newest?.day ?? '', '0'.repeat(64)]]);
    const verdict = await checkAudit(admin(), forged);
    expect(verdict.broken).toMatchObject({ what: 'day_changed', at: newest?.day });
    const unknown = await checkAudit(admin(), new Map([['2020-01-01', '0'.repeat(64)]]));
    expect(unknown.broken).toMatchObject({ what: 'day_changed', at: '2020-01-01' });
  });
});

describe('whom a record concerns', () => {
  it('is found in texts by the shape of the number', () => {
    expect(identitiesIn(`id = '${one}' or id = '${other}'`)).toEqual([one, other]);
    expect(identitiesIn('330109195513011232 9330109195501011231 33010919550101123')).toEqual([]);
  });

  it('never stands in the audit, nor in its export or digest', async () => {
    await write(`citizens/${one}`);
    await clerk().audit.record(clerk(), {
      action: 'gate.query',
      detail: { predicate: `id = '${one}'`, list: [{ of: other }] },
      persons: [other],
    });
    await seekPerson(admin(), one);
    const { rows } = await sql<{ text: string }>`
      select row_to_json(r)::text as text from audit_records r`.execute(world.ctx.db);
    expect(rows.length).toBe(3);
    for (const { text } of rows) expect(text).not.toMatch(/1955|1988/);
    const person = personHash(world.ctx.settings, one);
    const found = await readAudit(admin(), { limit: 50, person });
    expect(found.items.map((each) => each.subject)).toEqual([null, `citizens/#${person}`]);
    expect((await verifyAudit(world.ctx)).whole).toBe(true);
  });

  it('is sealed with the record', async () => {
    await write(`citizens/${one}`);
    await tamper(`update audit_records set persons = null`);
    expect((await verifyAudit(world.ctx)).broken).toMatchObject({ what: 'changed', batch: 1 });
  });
});

describe('who looked at my data', () => {
  const person = () => personHash(world.ctx.settings, one);
  const citizen = () => world.as(actor('citizen', '330109'));
  const seen = async (limit = 10, after?: string) =>
    looksAt(citizen(), { person: person(), sealedRoles: ['supervisor'], limit, after });

  it('leaves a sealed compartment out without a gap: by purpose and by role', async () => {
    const supervisor = world.as(actor('supervisor', '330109'));
    const reads = [
      [clerk(), 'window'],
      [clerk(), 'discipline'],
      [supervisor, 'browse'],
      [clerk(), 'window'],
      [supervisor, 'discipline'],
      [clerk(), 'review'],
    ] as const;
    for (const [who, purpose] of reads) {
      world.clock.advance(1000);
      await who.audit.record(who, { action: 'gate.read_one', persons: [one], purpose });
    }
    const first = await seen(2);
    expect(first.items.map((each) => each.purpose)).toEqual(['review', 'window']);
    const second = await seen(2, first.next ?? undefined);
    expect(second.items.map((each) => each.purpose)).toEqual(['window']);
    expect(second.next).toBeNull();
    const all = await seen();
    expect(all.items).toHaveLength(3);
    expect(JSON.stringify(all)).not.toMatch(/discipline|supervisor/);
  });

  it('shows nothing of another person, nor that the audit was searched for him', async () => {
    await write(`citizens/${other}`);
    await seekPerson(admin(), one);
    expect((await seen()).items).toEqual([]);
  });
});
