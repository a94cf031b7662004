/**
 * The audit over HTTP: for the audit administrator alone, as pages and as files. Refusals first.
 */
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, openSession, setActorSource } from '#kernel/auth';
import { actor, type TestWorld, testWorld } from '#testing';

const identity = '330109195501011231';
const dayMs = 24 * 3_600_000;

let world: TestWorld;
const people: Record<string, Actor> = {
  auditor: { ...actor('audit_admin', '330109', ['audit.read', 'audit.verify']), id: 'auditor' },
  clerk: { ...actor('clerk', '330109', ['organisation.read']), id: 'clerk' },
};
const sessions: Record<string, Record<string, string>> = {};

const ask = (who: string, method: 'GET' | 'POST', url: string, payload?: object) =>
  world.app.inject({
    method,
    url: `/api/audit${url}`,
    headers: sessions[who] ?? {},
    ...(payload === undefined ? {} : { payload }),
  });

const actions = async (): Promise<string[]> => {
  const { rows } = await sql<{ action: string }>`
    select action from audit_seen order by id`.execute(world.ctx.db);
  return rows.map((row) => row.action);
};

beforeAll(async () => {
  world = await testWorld();
  setActorSource({
    byAccount: async (_ctx, id) => people[id],
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const clerk = world.as(people.clerk as Actor);
  await clerk.audit.record(clerk, {
    action: 'gate.read_one',
    subject: `citizens/${identity}`,
    purpose: '=cmd|calc',
    rows: 1,
  });
  world.clock.advance(dayMs);
  for (const id of Object.keys(people)) {
    const { token, csrf } = await openSession(world.ctx, id);
    sessions[id] = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
  }
});
afterAll(() => world.close());

describe('refused', () => {
  it.each([
    ['GET', '/records'],
    ['GET', '/export'],
    ['GET', '/export?format=xlsx'],
    ['GET', '/days'],
    ['GET', '/digests'],
    ['POST', '/seek'],
    ['POST', '/verify'],
  ] as const)('%s %s to nobody and to who is no auditor, leaving nothing', async (method, url) => {
    const before = await actions();
    const payload = method === 'POST' ? { identity } : undefined;
    for (const [who, code] of [
      ['nobody', 'auth.not_signed_in'],
      ['clerk', 'auth.not_allowed'],
    ] as const) {
      const answer = await ask(who, method, url, payload);
      expect(answer.json().error.code).toBe(code);
      expect(answer.body).not.toContain(identity);
    }
    expect(await actions()).toEqual(before);
  });
});

describe('files', () => {
  it('Excel and CSV hold every record, run no formula and show no number of a person', async () => {
    const csv = await ask('auditor', 'GET', '/export?purpose=%3Dcmd%7Ccalc');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.body.split('\r\n')).toHaveLength(3);
    expect(csv.body).toContain(`"'=cmd|calc"`);
    const answer = await ask('auditor', 'GET', '/export?format=xlsx');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(answer.rawPayload as unknown as ArrayBuffer);
    const sheet = book.getWorksheet('audit 1') as ExcelJS.Worksheet;
    const column = (sheet.getRow(1).values as string[]).indexOf('purpose');
    expect(sheet.rowCount).toBe((await actions()).length + 1);
    expect(sheet.getColumn(column).values).toContain("'=cmd|calc");
    expect(csv.body + answer.rawPayload.toString('latin1')).not.toContain(identity);
    expect((await actions()).slice(-2)).toEqual(['audit.export', 'audit.export']);
  });

  it('digests come as lines that verify takes back', async () => {
    const file = await ask('auditor', 'GET', '/digests');
    expect(file.body).toMatch(/^2026-03-02 [0-9a-f]{64}\n$/);
    const same = await ask('auditor', 'POST', '/verify', { digests: file.body });
    expect(same.json()).toMatchObject({ whole: true, broken: null });
    const other = file.body.replace(/[0-9a-f]{8}\n$/, '00000000\n');
    const told = await ask('auditor', 'POST', '/verify', { digests: other });
    expect(told.json()).toMatchObject({
      whole: false,
      broken: { what: 'day_changed', at: '2026-03-02' },
    });
  });
});

it('a person is sought by a number that stands in no address and no record', async () => {
  const { person } = (await ask('auditor', 'POST', '/seek', { identity })).json();
  const found = (await ask('auditor', 'GET', `/records?person=${person}`)).json();
  expect(found.items).toMatchObject([{ action: 'gate.read_one', persons: [person] }]);
  const { rows } = await sql<{ text: string }>`
    select string_agg(r::text, ' ') as text from audit_seen r`.execute(world.ctx.db);
  expect(rows[0]?.text).not.toContain(identity);
});
