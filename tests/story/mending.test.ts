/**
 * Corrections that prove themselves, through the API alone: every officer finds what was planted in
 * his department's data in his inbox, mends a file, delivers it, and the tickets close by
 * themselves. What was planted is told by the generator, which knows of no check and no ticket.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseDetail, CaseSummary } from '#cases/model';
import { openSession } from '#kernel/auth';
import { parseCsv } from '#kernel/packs';
import type { Correction, CorrectionRows } from '#quality/model';
import {
  demoPassword,
  injected,
  type People,
  people,
  type RegistersTruth,
  readRegistersTruth,
  readTruth,
  type SampleTruth,
} from '#sample';
import { deliveredDistrict, type TestWorld } from '#testing';
import { type Audience, audience, builtWeb, noBrowser } from './browser/index.ts';
import {
  everyFault,
  type Fault,
  keyTitle,
  type Line,
  mendedOtherwise,
  mends,
  officerOf,
  titleOf,
  written,
} from './faults.ts';

let world: TestWorld;
let dir: string;
let truth: SampleTruth;
let registers: RegistersTruth;
let cast: People;
let paths: ReadonlyMap<string, string>;

beforeAll(async () => {
  const web = noBrowser === undefined ? { web_folder: await builtWeb() } : {};
  ({ world, dir, paths } = await deliveredDistrict(web));
  [truth, registers] = [await readTruth(dir), await readRegistersTruth(dir)];
  cast = people(injected(world.app), demoPassword);
}, 1_800_000);
afterAll(() => world?.close());

/** Open corrections of an officer, from his inbox. */
async function inbox(login: string): Promise<CaseSummary[]> {
  const items: CaseSummary[] = [];
  for (let after = ''; ; ) {
    const page = await cast.get<{ items: CaseSummary[]; next: string | null }>(
      login,
      `/api/cases?type=correction&open=true&limit=200${after}`,
    );
    items.push(...page.items);
    if (page.next === null) return items;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

const ticketOf = async (login: string, dataset: string, check: string) =>
  (await inbox(login)).find(({ data }) => data.dataset === dataset && data.check === check);

async function rowsOf(login: string, number: string): Promise<CorrectionRows> {
  return cast.get(login, `/api/quality/corrections/${number}/rows?limit=200`);
}

/** One column of the faulty rows an officer sees on his ticket. */
async function valuesOn(login: string, dataset: string, check: string, item: string) {
  const ticket = await ticketOf(login, dataset, check);
  if (!ticket) return [];
  const { columns, rows } = await rowsOf(login, ticket.number);
  const at = columns.findIndex(({ name }) => name === item);
  return rows.map(({ values }) => String(values[at]));
}

const planted = <S extends RegistersTruth['planted'][number]['story']>(story: S) =>
  registers.planted.filter(
    (one): one is Extract<RegistersTruth['planted'][number], { story: S }> => one.story === story,
  );

/** One request in a session of somebody; the body as it came. */
async function asked(login: string, url: string, how: Asked = {}): Promise<string> {
  const known = sessions.get(login) ?? (await openSession(world.ctx, login));
  sessions.set(login, known);
  const answer = await world.app.inject({
    method: how.method ?? 'GET',
    url,
    headers: { cookie: `gt_session=${known.token}`, 'x-csrf-token': known.csrf, ...how.headers },
    ...(how.payload === undefined ? {} : { payload: how.payload }),
  });
  if (answer.statusCode >= 300) throw new Error(`${login}: ${url}: ${answer.body}`);
  return answer.body;
}

interface Asked {
  method?: 'GET' | 'POST' | 'PATCH';
  payload?: Buffer | Record<string, unknown>;
  headers?: Record<string, string>;
}
const sessions = new Map<string, { token: string; csrf: string }>();

interface Ran {
  state: string;
  returned: number;
}

/** Sends a mended file from the ticket, as its page does: upload, run, what became of it. */
async function resend(login: string, ticket: CaseSummary, text: string): Promise<number> {
  const content = Buffer.from(text);
  const dataset = String(ticket.data.dataset);
  const announced = { name: `${dataset}-整改.csv`, bytes: content.length };
  const upload = JSON.parse(
    await asked(login, '/api/ingest/uploads', { method: 'POST', payload: announced }),
  ) as { id: string };
  const digest = createHash('sha256').update(content).digest('base64');
  await asked(login, `/api/ingest/uploads/${upload.id}`, {
    method: 'PATCH',
    payload: content,
    headers: {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-digest': `sha-256=:${digest}:`,
    },
  });
  const run = { dataset, uploads: [upload.id], note: `整改单 ${ticket.number}` };
  const { id } = JSON.parse(
    await asked(login, '/api/ingest/runs', { method: 'POST', payload: run }),
  ) as { id: string };
  await world.drain();
  const done = JSON.parse(await asked(login, `/api/ingest/runs/${id}`)) as Ran;
  expect(done).toMatchObject({ state: 'done' });
  return done.returned;
}

/** The file to mend of a ticket. */
async function fileOf(login: string, ticket: CaseSummary): Promise<Line[]> {
  const url = `/api/quality/corrections/${ticket.number}/file?format=csv`;
  const table = parseCsv(await asked(login, url));
  if (Array.isArray(table)) throw new Error(JSON.stringify(table));
  return table.rows;
}

interface OnTicket {
  login: string;
  dataset: string;
  ticket: CaseSummary;
  lines: Line[];
}

/** Tickets about a dataset with the rows of their files, in the inbox of who answers for it. */
async function ticketsOf(dataset: string): Promise<OnTicket[]> {
  const login = officerOf(dataset);
  const open = (await inbox(login)).filter(({ data }) => data.dataset === dataset);
  return Promise.all(
    open.map(async (ticket) => ({ login, dataset, ticket, lines: await fileOf(login, ticket) })),
  );
}

const registersOf = (faults: readonly Fault[]): string[] => [
  ...new Set(faults.map(({ register }) => register)),
];

/** A ticket every row of which is of one kind: nothing else has to be put right for it to close. */
async function ticketAbout(faults: readonly Fault[]): Promise<OnTicket> {
  const places = new Set(faults.map(({ register, key }) => `${register}/${key}`));
  for (const dataset of registersOf(faults)) {
    const title = keyTitle(dataset);
    const about = (await ticketsOf(dataset)).find(
      ({ lines }) =>
        lines.length > 0 && lines.every((line) => places.has(`${dataset}/${line[title]}`)),
    );
    if (about) return about;
  }
  throw new Error(`no ticket is about ${faults[0]?.kind} alone`);
}

/** The same rows put right, as somebody does who knows what is true. */
async function mendedLines(about: OnTicket, faults: readonly Fault[]): Promise<Line[]> {
  const { dataset, login, ticket } = about;
  const before = await correctionOf(login, ticket.number);
  expect(before).toMatchObject({ canDeliver: true });
  const item = titleOf(dataset, before.item?.name ?? '');
  const title = keyTitle(dataset);
  return about.lines.map((line) => {
    const fault = faults.find((one) => one.register === dataset && one.key === line[title]);
    const mended = { ...line };
    if (fault) mends[fault.kind]?.(mended, fault, item);
    return mended;
  });
}

async function isClosed({ login, ticket }: OnTicket): Promise<void> {
  const after = await correctionOf(login, ticket.number);
  expect(after.rechecks[0]).toMatchObject({ passed: true, rows: 0 });
  expect((await inbox(login)).map(({ number }) => number)).not.toContain(ticket.number);
}

let faultsByKind: Map<string, Fault[]>;
const mendedFirst = new Map<string, OnTicket>();

describe('whatever kind of fault was planted', () => {
  test('somebody has it in his inbox', async () => {
    const all = await everyFault(dir);
    faultsByKind = Map.groupBy(all, ({ kind }) => kind);
    const seen = new Set<string>();
    for (const dataset of registersOf(all)) {
      for (const { lines } of await ticketsOf(dataset)) {
        for (const line of lines) seen.add(`${dataset}/${line[keyTitle(dataset)]}`);
      }
    }
    const table = [...faultsByKind].map(([kind, faults]) => ({
      kind,
      planted: faults.length,
      found: faults.filter(({ register, key }) => seen.has(`${register}/${key}`)).length,
    }));
    console.table(table);
    expect(table.filter(({ found }) => found === 0)).toEqual([]);
  }, 1_800_000);

  test('is one somebody knows how to mend', () => {
    const kinds = [...faultsByKind.keys()];
    expect(kinds.filter((kind) => !mends[kind] && !mendedOtherwise.has(kind))).toEqual([]);
  });
});

describe('every officer finds what was planted in his inbox', () => {
  test('the bureau of civil affairs: the dead who draw aid, owners of firms, who draws twice', async () => {
    const dead = [
      ...(await valuesOn('yan', 'low_income_aid', 'alive', 'aid_no')),
      ...(await valuesOn('yan', 'elder_allowance', 'alive', 'grant_no')),
    ];
    const drawn = planted('dead_drawing_aid').map(({ key }) => key);
    expect(drawn.length).toBeGreaterThan(0);
    expect(dead).toEqual(expect.arrayContaining(drawn));
    const owners = await valuesOn('yan', 'low_income_aid', 'owns_no_firm', 'aid_no');
    const firms = planted('beneficiary_owns_firm').map(({ key }) => key);
    expect(firms.length).toBeGreaterThan(0);
    expect(owners).toEqual(expect.arrayContaining(firms));
    const twice = await valuesOn('yan', 'elder_allowance', 'one_person_once', 'grant_no');
    const doubled = planted('double_allowance').flatMap(({ key, other }) => [key, other]);
    expect(doubled.length).toBeGreaterThan(0);
    expect(twice).toEqual(expect.arrayContaining(doubled));
  });

  test('market supervision: licences with the code of another firm', async () => {
    const licences = await valuesOn(
      'shi',
      'food_licences',
      'firm_name_as_registered',
      'licence_no',
    );
    const codes = planted('wrong_credit_code').map(({ key }) => key);
    expect(codes.length).toBeGreaterThan(0);
    expect(licences).toEqual(expect.arrayContaining(codes));
  });

  test('city management: components whose owner is another, one ticket for all of them', async () => {
    const [ticket, ...others] = (await inbox('sun')).filter(
      ({ data }) => data.source === 'rules/owner_disagrees',
    );
    // What one run of a rule finds at one department is one ticket.
    expect(others).toEqual([]);
    const { columns, rows } = await rowsOf('sun', ticket?.number ?? '');
    const at = columns.findIndex(({ name }) => name === 'comp_id');
    const keys = rows.map(({ values }) => String(values[at]));
    const wrong = new Set(truth.wrongOwners.map(({ comp_id }) => comp_id));
    expect(keys.length).toBeGreaterThan(1);
    expect(ticket?.data.rows).toBe(keys.length);
    // Only a component something happened to tells who really looks after it.
    expect(keys.filter((key) => !wrong.has(key))).toEqual([]);
  });

  test('nobody finds the tickets of another department', async () => {
    const [civil, city] = [await inbox('yan'), await inbox('sun')];
    const numbers = new Set(civil.map(({ number }) => number));
    expect(civil.length).toBeGreaterThan(0);
    expect(city.filter(({ number }) => numbers.has(number))).toEqual([]);
    const [first] = civil;
    await expect(rowsOf('sun', first?.number ?? '')).rejects.toMatchObject({
      code: 'cases.not_found',
    });
  });
});

const text = (path: string): string => {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
};

const hand = (login: string, dataset: string, content: string) =>
  cast.upload(
    login,
    '/api/ingest/deliveries',
    { dataset, note: '整改' },
    {
      name: `${dataset}-整改.csv`,
      type: 'text/csv',
      content: Buffer.from(content),
    },
  );

const correctionOf = (login: string, number: string): Promise<Correction> =>
  cast.get(login, `/api/quality/corrections/${number}`);

describe('a mended file is delivered again', () => {
  test('a whole register without the rows that should not be: its tickets close, others do not', async () => {
    const [alive, once] = [
      await ticketOf('yan', 'elder_allowance', 'alive'),
      await ticketOf('yan', 'elder_allowance', 'one_person_once'),
    ];
    if (!once) throw new Error('nobody draws twice');
    const before = await correctionOf('yan', once.number);
    expect(before.found.rows).toBeGreaterThan(0);
    const second = new Set(planted('double_allowance').map(({ key }) => key));
    const dead = new Set(
      planted('dead_drawing_aid').flatMap(({ register, key }) =>
        register === 'elder_allowance' ? [key] : [],
      ),
    );
    const lines = text(paths.get('elder_allowance') ?? '').split(/\r?\n/);
    const good = lines.filter((line) => ![...second, ...dead].some((key) => line.includes(key)));
    expect(lines.length - good.length).toBeGreaterThanOrEqual(second.size);
    const others = (await inbox('yan')).filter(({ data }) => data.dataset !== 'elder_allowance');

    await hand('yan', 'elder_allowance', good.join('\n'));
    await world.drain();

    expect(await ticketOf('yan', 'elder_allowance', 'one_person_once')).toBeUndefined();
    if (alive) expect(await ticketOf('yan', 'elder_allowance', 'alive')).toBeUndefined();
    const after = await correctionOf('yan', once.number);
    expect(after.rechecks[0]).toMatchObject({ passed: true, rows: 0 });
    expect(after.rechecks[0]?.snapshot).not.toBe(before.found.snapshot);
    expect(after.rechecks[0]?.batch).toMatch(/^[0-9a-f-]{36}$/);
    const still = new Set((await inbox('yan')).map(({ number }) => number));
    expect(others.filter(({ number }) => !still.has(number))).toEqual([]);
  });
});

describe('only the rows that are wrong are delivered again', () => {
  test('only the faulty rows of a register that is merged: half mended comes back, then it closes', async () => {
    const [dataset, check] = ['food_licences', 'firm_name_as_registered'];
    const ticket = await ticketOf('shi', dataset, check);
    if (!ticket) throw new Error('no code is wrong');
    const { columns, rows } = await rowsOf('shi', ticket.number);
    const real = new Map(planted('wrong_credit_code').map((one) => [one.key, one.real]));
    const place = (name: string): number => columns.findIndex((column) => column.name === name);
    const lineOf = (values: readonly unknown[], mend: boolean): string => {
      const code = real.get(String(values[place('licence_no')]));
      return values
        .map((value, at) => {
          if (mend && at === place('uscc')) return code ?? '';
          return value === null ? '' : `"${String(value).replaceAll('"', '""')}"`;
        })
        .join(',');
    };
    const head = columns.map(({ title }) => title.zh).join(',');
    const file = (mended: number): string =>
      [head, ...rows.map(({ values }, at) => lineOf(values, at < mended))].join('\n');
    expect(rows.length).toBeGreaterThan(1);

    await hand('shi', dataset, file(1));
    await world.drain();
    const half = await correctionOf('shi', ticket.number);
    expect(half.rechecks[0]).toMatchObject({ passed: false, rows: rows.length - 1 });
    expect((await ticketOf('shi', dataset, check))?.step).toBe('mend');

    await hand('shi', dataset, file(rows.length));
    await world.drain();
    const done = await correctionOf('shi', ticket.number);
    expect(done.rechecks[0]).toMatchObject({ passed: true, rows: 0 });
    expect(await ticketOf('shi', dataset, check)).toBeUndefined();
  });

  test('components put right: the ticket says how many are left; the last one closes it', async () => {
    const [ticket] = (await inbox('sun')).filter(
      ({ data }) => data.source === 'rules/owner_disagrees',
    );
    if (!ticket) throw new Error('no owner is wrong');
    const { columns, rows } = await rowsOf('sun', ticket.number);
    const at = columns.findIndex(({ name }) => name === 'comp_id');
    const real = new Map(truth.wrongOwners.map((one) => [one.comp_id, one.real]));
    const head = columns.map(({ title }) => title.zh).join(',');
    const lines = rows.map(({ values }) =>
      columns
        .map(({ name }, place) =>
          name === 'owner_code' ? real.get(String(values[at])) : String(values[place] ?? ''),
        )
        .join(','),
    );
    await hand('sun', 'components', [head, lines[0]].join('\n'));
    await world.drain();
    const half = await cast.get<CaseDetail>('sun', `/api/cases/${ticket.number}`);
    expect([half.closedAt, half.data.after_rows]).toEqual([null, rows.length - 1]);
    expect((await rowsOf('sun', ticket.number)).rows.length).toBe(rows.length - 1);

    await hand('sun', 'components', [head, ...lines].join('\n'));
    await world.drain();
    const still = new Set((await inbox('sun')).map(({ number }) => number));
    expect(still.has(ticket.number)).toBe(false);
  });
});

describe('each kind is mended in a file sent from the ticket, which closes by itself', () => {
  test.each(Object.keys(mends))(
    '%s',
    async (kind) => {
      const faults = faultsByKind.get(kind) ?? [];
      const about = await ticketAbout(faults);
      mendedFirst.set(kind, about);
      const mended = written(await mendedLines(about, faults));
      expect(await resend(about.login, about.ticket, mended)).toBe(0);
      await isClosed(about);
    },
    1_800_000,
  );
});

describe.skipIf(noBrowser !== undefined)('and once more, by clicking', () => {
  let clerks: Audience;

  beforeAll(async () => {
    clerks = await audience(await world.app.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => clerks?.close());

  test.each(Object.keys(mends))(
    '%s',
    async (kind) => {
      const faults = faultsByKind.get(kind) ?? [];
      const first = mendedFirst.get(kind);
      if (first === undefined) throw new Error(`${kind} was never mended`);
      // The old file again: the fault is back, and so is a ticket.
      await resend(first.login, first.ticket, written(first.lines));
      const about = await ticketAbout(faults);
      const mended = Buffer.from(written(await mendedLines(about, faults)));

      const page = await clerks.at(about.login);
      await page.getByRole('navigation').getByRole('link', { name: '问题整改' }).click();
      const row = page.getByRole('row', { name: about.ticket.number });
      await row.click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV', exact: true }).click(),
      ]);
      expect(parseCsv(readFileSync(await download.path(), 'utf8'))).toMatchObject({
        rows: about.lines,
      });
      const name = `${kind}-整改.csv`;
      const file = page.locator('input[type=file]');
      await file.setInputFiles({ name, mimeType: 'text/csv', buffer: mended });
      // The server's loops do not run in a test's world: the test does what there is to do.
      const closed = page.getByText('复查通过').first();
      await expect
        .poll(() => world.drain().then(() => closed.isVisible()), { timeout: 1_200_000 })
        .toBe(true);
      await page.getByText('已办结').first().waitFor({ state: 'visible' });
      await clerks.shot(page, `mended-${kind}`);
      await isClosed(about);
      await page.getByRole('navigation').getByRole('link', { name: '问题整改' }).click();
      await page.getByRole('heading', { name: '问题' }).first().waitFor({ state: 'visible' });
      await row.waitFor({ state: 'detached' });
    },
    1_800_000,
  );

  test('no page failed on the way', () => {
    expect(clerks.faults).toEqual([]);
  });
});
