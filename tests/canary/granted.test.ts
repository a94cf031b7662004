/**
 * Never more, never less: random policies, people, grants and questions against a second telling of
 * the rule, one cell at a time, from docs/concepts/gate.md. It knows nothing of the gate's code; a
 * question is answered once by the platform and once here, on plain arrays.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, page, read, readOne, revokeGrant } from '#gate';
import { pageInput } from '#gate/model';
import type { Actor } from '#kernel/auth';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];

const items = ['id', 'unit', 'low', 'name', 'phone', 'secret'] as const;
type Item = (typeof items)[number];
const grades = ['L1', 'L2', 'L3', 'L4'] as const;
const gradeOf: Record<Item, (typeof grades)[number]> = {
  id: 'L1',
  unit: 'L1',
  low: 'L2',
  name: 'L3',
  phone: 'L3',
  secret: 'L4',
};
const meaningOf: Partial<Record<Item, string>> = { name: 'person_name', phone: 'mobile' };
const owner = '330109-zhzf';

const contract = `title: {zh: 登记, en: Register}
description: {zh: 登记, en: Register}
owner: ${owner}
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [id]
unit_item: unit
serve: {row: true}
items:
${items
  .map((item) => {
    const meaning = meaningOf[item] ? `, semantic: ${meaningOf[item]}` : '';
    const needed = item === 'id' ? ', required: true' : '';
    return `  ${item}: {title: {zh: ${item}, en: ${item}}, type: text, grade: ${gradeOf[item]}${meaning}${needed}}`;
  })
  .join('\n')}
`;

type Row = Record<Item, string | null>;
const places = [null, '330109', '330109004', '330109004223', '330109004223001', '330109005', owner];
const held: readonly Row[] = places.map((unit, at) => ({
  id: `r${at}`,
  unit,
  low: `low-${at % 3}`,
  name: `张金雀${at}`,
  phone: `1380000000${at}`,
  secret: at === 2 ? null : `secret-${at}`,
}));

type View = 'plain' | 'masked' | 'generalised' | 'hashed' | 'absent';
const clearness: readonly View[] = ['plain', 'masked', 'generalised', 'hashed', 'absent'];

interface Line {
  roles: string[];
  grades: string[];
  types?: string[];
  own?: true;
  purposes?: string[];
  view: View;
}

interface Given {
  items: Item[];
  masks: Partial<Record<Item, 'masked' | 'generalised' | 'hashed'>>;
  units: string[] | undefined;
  state: 'standing' | 'expired' | 'revoked' | 'of another' | 'for another purpose';
}

const quoted = (value: string | null): string => (value === null ? 'null' : `'${value}'`);
const rowsSql = `select * from (values ${held
  .map((row) => `(${items.map((item) => quoted(row[item])).join(', ')})`)
  .join(', ')}) held(${items.join(', ')})`;

const roles = ['alpha', 'beta'] as const;
const roleFile = `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district, town, village, department]
permissions: [gate.read]
`;
const files = (lines: readonly Line[]) => ({
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
330109-other,另一局,,,department,330109,,,,试
`,
  'roles/alpha.yaml': roleFile,
  'roles/beta.yaml': roleFile,
  'datasets/register.yaml': contract,
  'policies/grades.yaml': JSON.stringify({
    title: { zh: '规则', en: 'Policy' },
    source: '试',
    lines: lines.map((line, at) => ({
      id: `line-${at}`,
      ...line,
      because: { zh: '试', en: 'trial' },
    })),
  }),
});

const purpose = 'trial';
const manager = actor('manager', '330109', ['gate.manage']);
let world: TestWorld;

beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-23T01:00:00Z' });
  await applyFiles(
    world.ctx,
    capabilities,
    files([{ roles: ['*'], grades: ['L1'], view: 'plain' }]),
  );
  await world.ctx.lake.commit(world.ctx, { dataset: 'register', sql: rowsSql, batch: 'b' });
  await world.drain();
});
afterAll(() => world.close());

// --- the rule, told again --------------------------------------------------------------------

const isUnder = (code: string | null, unit: string): boolean =>
  code !== null && (/^\d+$/.test(unit) ? code.startsWith(unit) : code === unit);

type Held = Actor['roles'][number];
const reachesRow = ({ unit, path }: Held, code: string | null): boolean =>
  path === unit || unit === owner || isUnder(code, unit);

function byRole(lines: readonly Line[], role: Held, item: Item): View {
  const views = lines
    .filter(
      (line) =>
        (line.roles.includes('*') || line.roles.includes(role.role)) &&
        line.grades.includes(gradeOf[item]) &&
        (line.types === undefined || line.types.includes(meaningOf[item] ?? '')) &&
        (line.purposes === undefined || line.purposes.includes(purpose)) &&
        (line.own === undefined || role.unit === owner),
    )
    .map(({ view }) => clearness.indexOf(view));
  return clearness[views.length === 0 ? 4 : Math.max(...views)] ?? 'absent';
}

const grantedView = (given: Given, item: Item): View =>
  given.items.includes(item) ? (given.masks[item] ?? 'plain') : 'absent';

const grantReaches = (given: Given, who: Actor, code: string | null): boolean =>
  given.units === undefined
    ? who.roles.some((role) => reachesRow(role, code))
    : given.units.some((unit) => isUnder(code, unit));

/** How clearly this reader sees this cell. */
function sees(asked: Asked, row: Row, item: Item): View {
  const { lines, who, given } = asked;
  if (given) return grantReaches(given, who, row.unit) ? grantedView(given, item) : 'absent';
  const views = who.roles
    .filter((role) => reachesRow(role, row.unit))
    .map((role) => clearness.indexOf(byRole(lines, role, item)));
  return clearness[Math.min(4, ...views)] ?? 'absent';
}

/** Whether the item is there for him at all, on whatever rows. */
function isThere({ lines, who, given }: Asked, item: Item): boolean {
  if (given) return grantedView(given, item) !== 'absent';
  return who.roles.some((role) => byRole(lines, role, item) !== 'absent');
}

/** Whether a key of his is one anywhere: struck out it is shared by several rows. */
function isKey({ lines, who, given }: Asked): boolean {
  const views = given
    ? [grantedView(given, 'id')]
    : who.roles.map((role) => byRole(lines, role, 'id'));
  return views.some((view) => view === 'plain' || view === 'hashed');
}

/** Stands for any hash: hashes are told apart by the test of masks. */
const someHash = 'a hash';
const hash = /^[0-9a-f]{64}$/;

function shown(view: View, value: string | null, item: Item): string | null {
  if (value === null || view === 'absent') return null;
  if (view === 'plain') return value;
  if (view === 'hashed') return someHash;
  if (item === 'name') return view === 'masked' ? `${value.slice(0, 1)}**` : '***';
  if (item === 'phone') {
    return view === 'masked' ? `${value.slice(0, 3)}****${value.slice(-4)}` : '***********';
  }
  return '***';
}

type Seen = Record<Item, string | null>;

/** The dataset as he sees it: rows of which he sees anything at all. */
const viewOf = (asked: Asked): Seen[] =>
  held
    .filter((row) => items.some((item) => sees(asked, row, item) !== 'absent'))
    .map((row) => {
      const cells = items.map((item) => [item, shown(sees(asked, row, item), row[item], item)]);
      return Object.fromEntries(cells) as Seen;
    });

// --- questions ------------------------------------------------------------------------------

interface Question {
  /** Items named; none for everything. */
  named: Item[];
  /** Only rows where an item is as a value of the test is seen by somebody. */
  where: { item: Item; value: string } | undefined;
  order: Item | undefined;
  form: 'plain' | 'cte' | 'nested' | 'lateral' | 'window' | 'case';
}

interface Asked {
  lines: readonly Line[];
  who: Actor;
  given: Given | undefined;
}

function sqlOf({ named, where, order, form }: Question): string {
  const list = named.length === 0 ? '*' : named.join(', ');
  const filter = where ? ` where ${where.item} = '${where.value}'` : '';
  const end = order ? ` order by ${order}` : '';
  switch (form) {
    case 'cte':
      return `with t as (select * from register${filter}) select ${list} from t${end}`;
    case 'nested':
      return `select ${list} from (select * from register) x${filter}${end}`;
    case 'lateral':
      return `select ${list} from register r, (select 1 as one_) o${filter}${end}`.replace(
        'select *',
        'select r.*',
      );
    case 'window':
      return `select ${list} from register${filter} qualify row_number() over (partition by 1) > 0${end}`;
    case 'case':
      return where
        ? `select ${list} from register where case when ${where.item} = '${where.value}' then true else false end${end}`
        : `select ${list} from register${end}`;
    default:
      return `select ${list} from register${filter}${end}`;
  }
}

/** Columns and rows that are due. */
function answerTo(question: Question, asked: Asked): { names: Item[]; rows: (string | null)[][] } {
  const names =
    question.named.length > 0 ? question.named : items.filter((item) => isThere(asked, item));
  const { where } = question;
  const rows = viewOf(asked).filter((row) => !where || row[where.item] === where.value);
  return { names, rows: rows.map((row) => names.map((item) => row[item])) };
}

const plainly = (value: unknown): unknown =>
  typeof value === 'string' && hash.test(value) ? someHash : value;
const sorted = (rows: readonly (readonly unknown[])[]): string[] =>
  rows.map((row) => JSON.stringify(row.map(plainly))).sort();

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => {
      if (error instanceof GuantongError) return error.code;
      throw error;
    },
  );

/** Items a question names, by which it may be refused. */
const namesOf = ({ named, where, order }: Question): Item[] => [
  ...named,
  ...(where ? [where.item] : []),
  ...(order ? [order] : []),
];

/** All of what is asked for is hidden, or a part of it. */
const refused = /^gate\.(not_granted|item_not_granted)$/;

async function judge(question: Question, asked: Asked, grant: string | undefined): Promise<void> {
  const options = { purpose, ...(grant === undefined ? {} : { grant }) };
  const ctx = world.as(asked.who);
  const text = sqlOf(question);
  const isOpen = items.some((item) => isThere(asked, item));
  if (!isOpen || namesOf(question).some((item) => !isThere(asked, item))) {
    expect({ text, code: await codeOf(read(ctx, text, options)) }).toEqual({
      text,
      code: expect.stringMatching(refused),
    });
    return;
  }
  const due = answerTo(question, asked);
  const answer = await read(ctx, text, options);
  expect(answer.columns.map(({ name }) => name)).toEqual(due.names);
  expect({ text, rows: sorted(answer.rows) }).toEqual({ text, rows: sorted(due.rows) });
}

/** The pages ask the same in other words. */
async function judgePage(question: Question, asked: Asked, grant: string | undefined) {
  const { where, order } = question;
  const filter = where ? [{ item: where.item, op: 'equals', value: where.value }] : [];
  const input = pageInput.parse({ filter: JSON.stringify(filter), sort: order, purpose, grant });
  const work = page(world.as(asked.who), 'register', input);
  const open = { ...question, named: [] };
  const isOpen = items.some((item) => isThere(asked, item));
  if (!isOpen || namesOf(open).some((item) => !isThere(asked, item))) {
    expect(await codeOf(work)).toMatch(refused);
    return;
  }
  const answer = await work;
  expect(sorted(answer.rows)).toEqual(sorted(answerTo(open, asked).rows));
}

/** One row by its key: the same cells, from the copy in the other engine. */
async function judgeRow(row: Row, asked: Asked, grant: string | undefined): Promise<void> {
  const options = { purpose, ...(grant === undefined ? {} : { grant }) };
  const work = readOne(world.as(asked.who), 'register', String(row.id), options);
  const views = held.map((one) => sees(asked, one, 'id'));
  const mayAsk = views.every((view) => view === 'plain' || view === 'absent');
  if (!isKey(asked) || !mayAsk) {
    // What is asked by is struck out, or is not there: nothing is told, or only what he sees.
    const answer = await work.catch((error: unknown) => {
      if (error instanceof GuantongError) return { row: null };
      throw error;
    });
    const [seen] = viewOf(asked).filter((one) => one.id === row.id);
    expect([null, ...(seen ? [seen] : [])]).toContainEqual(answer.row && whole(answer.row));
    return;
  }
  const [seen] = viewOf(asked).filter((one) => one.id === row.id);
  const { row: told } = await work;
  expect(told && whole(told)).toEqual(seen ?? null);
}

/** With nulls where there is no item, hashes as any hash. */
const whole = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(items.map((item) => [item, plainly(row[item] ?? null)]));

// --- chance ---------------------------------------------------------------------------------

/** Here and there; elsewhere nothing is said of it. */
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, { arbitrary: value, weight: 1 });

/** Lines that often speak of the same: what is strictest, and for whom, has to be told apart. */
const someLine: fc.Arbitrary<Line> = fc
  .record({
    roles: fc.oneof(fc.constant(['*']), fc.subarray([...roles], { minLength: 1 })),
    grades: fc.oneof(fc.constant([...grades]), fc.subarray([...grades], { minLength: 1 })),
    types: seldom(fc.subarray(['person_name', 'mobile'], { minLength: 1 })),
    own: seldom(fc.constant(true as const)),
    purposes: seldom(fc.constantFrom<string[]>([purpose], ['other'])),
    view: fc.constantFrom<View>('plain', 'plain', 'plain', ...clearness.slice(1)),
  })
  .map(
    ({ types, own, purposes, roles: for_, grades: of, view }): Line => ({
      roles: [...for_],
      grades: [...of],
      view,
      ...(types === undefined ? {} : { types }),
      ...(own === undefined ? {} : { own }),
      ...(purposes === undefined ? {} : { purposes }),
    }),
  );
const paths = [
  '330109',
  '330109/330109004',
  '330109/330109004/330109004223',
  `330109/${owner}`,
  '330109/330109-other',
];
const someone = fc
  .array(fc.tuple(fc.constantFrom(...roles), fc.constantFrom(...paths)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((pairs): Actor => {
    const all = pairs.map(([role, path]) => actor(role, path, ['gate.read']));
    return { ...(all[0] as Actor), roles: all.flatMap((one) => one.roles) };
  });
const someItems = fc.subarray([...items], { minLength: 1 });
/** Half of all read under none. */
const someGrant: fc.Arbitrary<Given | undefined> = fc.option(
  fc.record({
    items: someItems,
    masks: fc.dictionary(
      fc.constantFrom(...items),
      fc.constantFrom('masked', 'generalised', 'hashed'),
      { maxKeys: 3 },
    ) as fc.Arbitrary<Given['masks']>,
    units: fc.option(fc.subarray(['330109', '330109004', '330109005', owner], { minLength: 1 }), {
      nil: undefined,
    }),
    state: fc.constantFrom<Given['state']>(
      'standing',
      'standing',
      'standing',
      'expired',
      'revoked',
      'of another',
      'for another purpose',
    ),
  }),
  { nil: undefined, freq: 2 },
);
/** Values as they are held, and as masks leave them: both are asked for. */
const someWhere = fc.option(
  fc
    .record({
      item: fc.constantFrom(...items),
      row: fc.constantFrom(...held),
      as: fc.constantFrom<View>('plain', 'masked', 'generalised'),
    })
    .map(({ item, row, as }) => ({ item, value: shown(as, row[item], item) ?? 'nothing' })),
  { nil: undefined },
);
const someQuestion: fc.Arbitrary<Question> = fc.record({
  named: fc.oneof(fc.constant<Item[]>([]), someItems),
  where: someWhere,
  order: fc.option(fc.constantFrom(...items), { nil: undefined }),
  form: fc.constantFrom('plain', 'cte', 'nested', 'lateral', 'window', 'case'),
});

/** Issues it and makes of it what it is to be. */
async function issued(given: Given, who: Actor): Promise<string> {
  const now = world.clock.now().getTime();
  const opened = Object.entries(given.masks).filter(([item]) => given.items.includes(item as Item));
  const masks = Object.fromEntries(opened.map(([item, view]) => [item, { view }]));
  const { id } = await issueGrant(world.as(manager), {
    grantee: given.state === 'of another' ? 'somebody-else' : who.id,
    dataset: 'register',
    items: given.items,
    ...(opened.length === 0 ? {} : { masks }),
    ...(given.units === undefined ? {} : { units: given.units }),
    purpose: given.state === 'for another purpose' ? 'other' : purpose,
    expiresAt: new Date(now + (given.state === 'expired' ? 1000 : 3_600_000)).toISOString(),
    approvedBy: 'case/1',
  });
  if (given.state === 'expired') world.clock.advance(1000);
  if (given.state === 'revoked') await revokeGrant(world.as(manager), id, 'over');
  return id;
}

test('a random reader is told what a second telling of the rule tells him, and nothing else', async () => {
  const met = { answered: 0, granted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(someLine, { minLength: 1, maxLength: 5 }),
      someone,
      someGrant,
      fc.array(someQuestion, { minLength: 4, maxLength: 4 }),
      fc.constantFrom(...held),
      async (lines, who, given, questions, row) => {
        await applyFiles(world.ctx, capabilities, files(lines));
        const grant = given && (await issued(given, who));
        if (given && given.state !== 'standing') {
          met.refused += 1;
          const code = await codeOf(
            read(world.as(who), 'select * from register', { purpose, grant }),
          );
          expect(code).toMatch(/^gate\.grant_(invalid|purpose)$/);
          return;
        }
        const asked: Asked = { lines, who, given };
        for (const question of questions) await judge(question, asked, grant);
        for (const question of questions.slice(0, 1)) await judgePage(question, asked, grant);
        await judgeRow(row, asked, grant);
        if (given) met.granted += 1;
        else met.answered += 1;
      },
    ),
    { numRuns: 80 },
  );
  expect(Object.values(met).filter((count) => count === 0)).toEqual([]);
}, 300_000);
