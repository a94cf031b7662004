/**
 * A canary in every item of every dataset of the district; every route as every role, those that
 * write with bodies that succeed. None may appear to whom the policy does not give it: in no
 * answer, file, error, stream, log line, audit line, command. And whatever shows graded data has
 * left a record of that very request.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capabilities } from '#app';
import type { Capability } from '#kernel/capability';
import { route, type ServedRoute, servedRoutes } from '#kernel/http';
import { type Ask, ask, inParallel, labelOf, reachedBy, type Told } from './ask.ts';
import { isOfDataset, type Known, readingOf } from './asks.ts';
import { hasOwnBody, neverDone, writingOf, writingRoutes } from './bodies.ts';
import { canariesIn } from './find.ts';
import { follow, type Heard } from './follow.ts';
import { forms } from './forms.ts';
import { type Canary, canaryShape, datasets } from './plant.ts';
import { type Facts, leftBehind, play } from './scene.ts';
import { seesPlain } from './sees.ts';
import { declaredRoles, openStage, type Reader, type Stage } from './stage.ts';

/** Requests under way: the engine's children work side by side. */
const atOnce = 8;

/** What the leaking route gives away, and how. */
let secret = '';
const leaky: Capability = {
  name: 'leaky',
  routes: [
    route({
      method: 'GET',
      path: '/as',
      summary: { zh: '只为试验：泄露', en: 'For the test only: a leak' },
      access: 'session',
      stream: true,
      handler: async (_ctx, { request }, reply) => {
        const form = forms[String((request.query as { form?: string }).form)];
        const body = form === undefined ? Buffer.from([1, 2, 3, 255, 0]) : await form(secret);
        return reply.type('application/octet-stream').send(body);
      },
    }),
  ],
};

const routes = servedRoutes(capabilities).filter(({ access }) => access !== 'public');
const writing = writingRoutes(routes);
const reading = routes.filter((one) => !writing.includes(one));

/** Why a route is not asked in the walk itself. */
const askedApart: Record<string, string> = {
  'GET /api/notices/stream': 'stays open: followed by everybody from the beginning',
  'POST /api/auth/logout': 'ends the session that asks: asked last',
  'POST /api/auth/switch': 'changes who asks: asked last',
  'DELETE /api/auth/sessions': 'ends other sessions: asked last',
  'DELETE /api/auth/sessions/:id': 'ends a session: asked last',
};

let stage: Stage;
let facts: Facts;
let streams: Heard;
const told: Told[] = [];
/** Routes nobody knows how to ask. */
const unasked = new Set<string>();

const keyOf = (name: string): string => {
  const dataset = datasets.find((one) => one.name === name);
  const values = (dataset?.key ?? []).map(
    (item) =>
      [...stage.canaries.values()].find((one) => one.dataset.name === name && one.item === item)
        ?.token,
  );
  return values.length === 1 ? (values[0] ?? '1') : JSON.stringify(values);
};

beforeAll(async () => {
  stage = await openStage([leaky]);
  streams = await follow(stage);
  const played = await play(stage, keyOf);
  facts = played.facts;
  told.push(...played.told);
}, 1_800_000);

afterAll(async () => {
  await streams?.close();
  await stage?.world.close();
});

const saidOf = ({ who, ask: { method, url, payload }, leaks }: Told): string[] =>
  leaks.map((leak) => `${who.login}: ${method} ${url} ${JSON.stringify(payload) ?? ''}: ${leak}`);
/** What broke, with the line of the log that says why. */
const brokenOf = ({ who, ask: { method, url }, status, request }: Told): string => {
  const line = stage.lines.find((one) => one.includes(request) && one.includes('"err"'));
  return `${who.login}: ${status} ${method} ${url} ${line?.slice(0, 1500) ?? ''}`;
};

/** Asks all of it; nothing may leak and nothing may break. */
async function walk(asks: readonly (readonly [Reader, Ask])[]): Promise<Told[]> {
  const works = asks.map(
    ([who, one]) =>
      () =>
        ask(stage, who, one),
  );
  const begun = performance.now();
  const done = await inParallel(works, atOnce);
  if (done.length > 1) {
    console.info(`${done.length} requests in ${Math.round(performance.now() - begun)} ms`);
  }
  told.push(...done);
  expect([...new Set(done.flatMap(saidOf))].slice(0, 20)).toEqual([]);
  expect(
    done
      .filter(({ status }) => status >= 500)
      .map(brokenOf)
      .slice(0, 20),
  ).toEqual([]);
  return done;
}

const may = (who: Reader, { access }: ServedRoute): boolean =>
  access === 'session' || who.permissions.has(access);

/** One of so many datasets a reader asks about, in turn among those who may. */
function part(who: Reader, one: ServedRoute, share: number): typeof datasets {
  const rank = stage.readers.filter((other) => may(other, one)).indexOf(who);
  return datasets.filter((_, nth) => (nth + rank) % share === 0);
}

function knownTo(who: Reader, one: ServedRoute): Known {
  if (!may(who, one)) return { facts, keyOf, datasets: datasets.slice(0, 1) };
  if (!isOfDataset(one) && one.url !== '/api/gate/query' && one.url !== '/api/gate/simulate') {
    return { facts, keyOf, datasets: part(who, one, 24) };
  }
  // Rows are asked for by three readers of each dataset, the rest by one, checks run for a third.
  const isRows = /gate\/(datasets\/:dataset\/rows|rows\/)/.test(one.url);
  const among = stage.readers.filter((other) => may(other, one)).length;
  const seldom = writing.includes(one) && isOfDataset(one) ? among * 3 : among;
  const share = isRows ? Math.max(1, Math.floor(among / 3)) : seldom;
  return { facts, keyOf, datasets: part(who, one, share) };
}

/** The first of those who may: what the schema alone refuses, it refuses everybody alike. */
const isFirst = (who: Reader, one: ServedRoute): boolean =>
  stage.readers.find((other) => may(other, one)) === who;

/** Who is refused at the door is refused whatever he asks for: he asks once. */
function asksOf(who: Reader, one: ServedRoute): Ask[] {
  if (askedApart[labelOf(one)] !== undefined) return [];
  const known = knownTo(who, one);
  try {
    const asks = writing.includes(one)
      ? writingOf(one, known, { who, spoil: isFirst(who, one) })
      : readingOf(one, known);
    return may(who, one) ? asks : asks.slice(0, 1);
  } catch (error) {
    unasked.add(error instanceof Error ? error.message : String(error));
    return [];
  }
}

describe('before anything is asked', () => {
  test('every role of the district asks', () => {
    const held = new Set(stage.readers.flatMap(({ roles }) => roles.map(({ role }) => role)));
    expect(declaredRoles.filter((role) => !held.has(role))).toEqual([]);
  });

  test('there is a canary in nearly every item; the rest have too few values to tell one', () => {
    const items = datasets.flatMap(({ items: all, unit_item }) =>
      Object.entries(all).filter(([name]) => name !== unit_item),
    );
    const small = items.filter(([, { type }]) => type === 'boolean' || type.startsWith('decimal'));
    expect(stage.canaries.size).toBeGreaterThanOrEqual((items.length - small.length) * 3);
    const others = [...stage.canaries.keys()].filter((token) => !token.startsWith('cnry'));
    expect(others.length).toBeGreaterThan(100);
  });

  test('a route nobody knows how to ask stops the walk', () => {
    const made: ServedRoute = { ...(reading[0] as ServedRoute), url: '/api/new/:thing' };
    const known: Known = { facts, keyOf, datasets: [] };
    expect(() => readingOf(made, known)).toThrow(/does not know :thing/);
  });

  test.each(Object.keys(forms))('a route that leaks in %s is caught', async (form) => {
    const wang = stage.as('wang');
    const hidden = [...stage.canaries.values()].find(
      ({ grade, token }) => grade === 'L4' && token.startsWith('cnry'),
    );
    secret = hidden?.token ?? '';
    const url = `/api/leaky/as?form=${encodeURIComponent(form)}`;
    const { leaks, status } = await ask(stage, wang, { route: 'GET leaky', method: 'GET', url });
    expect(status).toBe(200);
    expect(leaks).toEqual([expect.stringContaining(secret)]);
  });

  test('a route that answers in a form nobody can open is caught', async () => {
    const one = { route: 'GET leaky', method: 'GET', url: '/api/leaky/as' } as const;
    await expect(ask(stage, stage.as('wang'), one)).rejects.toThrow(/nobody knows how to open/);
  });
});

describe('no route tells anybody a canary that is not his', () => {
  test('what happened so far', () => {
    expect(told.flatMap(saidOf)).toEqual([]);
    expect(told.length).toBeGreaterThan(20);
  });

  test('routes that write, as every role', async () => {
    const asks = stage.readers.flatMap((who) =>
      writing.flatMap((one) => asksOf(who, one).map((made) => [who, made] as const)),
    );
    await walk(asks);
    await stage.world.drainFailures();
    facts = { ...facts, ...(await leftBehind(stage)) };
  }, 1_800_000);

  test('routes that read, as every role', async () => {
    const asks = stage.readers.flatMap((who) =>
      reading.flatMap((one) => asksOf(who, one).map((made) => [who, made] as const)),
    );
    await walk(asks);
  }, 1_800_000);

  test('leaving', async () => {
    for (const who of stage.readers) {
      for (const [label, payload] of [
        ['DELETE /api/auth/sessions/:id', undefined],
        ['DELETE /api/auth/sessions', undefined],
        ['POST /api/auth/switch', { account: who.login }],
        ['POST /api/auth/logout', undefined],
      ] as const) {
        const [method, path] = label.split(' ') as [Ask['method'], string];
        const url = path.replace(':id', '00000000-0000-4000-8000-000000000000');
        const one = { route: label, method, url };
        await walk([[who, payload === undefined ? one : { ...one, payload }]]);
      }
    }
  }, 600_000);

  test('what everybody was told as it happened', async () => {
    const heard = await streams.end();
    const leaks: string[] = [];
    for (const [login, body] of heard) {
      const who = stage.as(login);
      const tokens = await canariesIn(body, (token) => stage.canaries.has(token));
      leaks.push(...tokens.filter((token) => !seesPlain(who, stage.canaries.get(token) as Canary)));
    }
    expect(leaks).toEqual([]);
    // Everybody was greeted, and somebody was told of a task or a notice.
    expect(heard.size).toBe(stage.readers.length);
    const text = [...heard.values()].map(String);
    expect(text.filter((one) => !one.includes('event: ready'))).toEqual([]);
    expect(text.some((one) => /event: (?!ready)\w/.test(one))).toBe(true);
  });
});

const succeeded = (label: string): boolean =>
  [...(reachedBy(told).get(label)?.values() ?? [])].some((statuses) =>
    [...statuses].some((status) => status < 400),
  );

/** What those were told who might have. */
const whyNot = (label: string): string => {
  const answers = told.filter(({ ask: one, status }) => one.route === label && status !== 403);
  return `${label}: ${answers.map(({ body }) => body.toString().slice(0, 300)).slice(0, 3)}`;
};

describe('the walk was whole', () => {
  test('there was no route nobody knows how to ask: its parameters stand in asks.ts', () => {
    expect([...unasked]).toEqual([]);
  });

  test('every route was asked by every role', () => {
    const reached = reachedBy(told);
    const roles = new Set(stage.readers.flatMap((who) => who.roles.map(({ role }) => role)));
    const missed = routes
      .map(labelOf)
      .filter((label) => label !== 'GET /api/notices/stream')
      .flatMap((label) =>
        [...roles]
          .filter((role) => !reached.get(label)?.has(role))
          .map((role) => `${label}: ${role}`),
      );
    expect(missed).toEqual([]);
  });

  test('every route that reads told somebody something', () => {
    const silent = reading.map(labelOf).filter((label) => askedApart[label] === undefined);
    expect(silent.filter((label) => !succeeded(label))).toEqual([]);
  });
});

describe('and what it sent was good', () => {
  test('every route that writes did it for somebody, or it is said why not', () => {
    const labels = writing.map(labelOf);
    const own = labels.filter((label) => hasOwnBody(label) && neverDone[label] === undefined);
    expect(own.filter((label) => !succeeded(label)).map(whyNot)).toEqual([]);
    // Nobody wrote a body for these: what their schema makes of itself has to get past the schema.
    const refused = labels.filter(
      (label) =>
        !hasOwnBody(label) &&
        neverDone[label] === undefined &&
        !told.some(
          ({ ask: one, status, body }) =>
            one.route === label &&
            (status < 400 || (status !== 403 && !body.includes('kernel.bad_input'))),
        ),
    );
    expect(refused).toEqual([]);
    expect(Object.keys(neverDone).filter((label) => succeeded(label))).toEqual([]);
    expect(Object.keys(neverDone).filter((label) => !labels.includes(label))).toEqual([]);
  });

  test('and was refused by it in words', () => {
    const reached = reachedBy(told);
    const unrefused = writing
      .map(labelOf)
      .filter((label) =>
        [...(reached.get(label)?.values() ?? [])].every((statuses) =>
          [...statuses].every((status) => status < 400),
        ),
      );
    // Whoever is signed in may do these, and they take nothing.
    expect(unrefused.filter((label) => askedApart[label] === undefined)).toEqual([
      'POST /api/auth/factor',
      'POST /api/notices/read-all',
    ]);
  });

  test('canaries were told to those who may know them', () => {
    const rightly = new Set(told.flatMap((one) => one.rightly));
    expect(rightly.size).toBeGreaterThan(20);
    const roads = new Set(
      told.filter((one) => one.rightly.length > 0).map(({ ask: one }) => one.route),
    );
    expect(roads.size).toBeGreaterThan(8);
  });
});

const isGraded = (token: string): boolean => (stage.canaries.get(token)?.grade ?? 'L1') !== 'L1';
const gradedIn = (where: readonly string[]): string[] =>
  where.flatMap((line) =>
    (line.match(canaryShape) ?? []).filter(isGraded).map(() => line.slice(0, 300)),
  );

interface Left {
  request: string;
  actor: string;
  dataset: string | null;
}

/** Datasets of which an answer shows a text above L1. */
const shownBy = ({ rightly }: Told): string[] => [
  ...new Set(
    rightly
      .filter((token) => token.startsWith('cnry'))
      .map((token) => stage.canaries.get(token)?.dataset.name ?? ''),
  ),
];

/** Roads on which somebody is shown his own file, which nobody had before him. */
const ownFile = /^(POST|GET) \/api\/ingest\/(uploads|proposals|deliveries)/;

describe('what stays behind', () => {
  test('no log line and no audit line holds a graded canary', async () => {
    await stage.world.ctx.audit.seal();
    const audits = await stage.texts(`select to_jsonb(r)::text x from audit_seen r`);
    expect(audits.length).toBeGreaterThan(100);
    expect(stage.lines.length).toBeGreaterThan(100);
    expect(gradedIn(audits).slice(0, 5)).toEqual([]);
    expect(gradedIn(stage.lines).slice(0, 5)).toEqual([]);
  });

  test('the metrics hold none', async () => {
    const { statusCode, body } = await stage.world.app.inject({ url: '/metrics' });
    expect(statusCode).toBe(200);
    expect(body).toContain('http');
    expect(body.match(canaryShape)).toBeNull();
  });

  test('whatever showed graded data has left a record of that request', async () => {
    const { rows: records } = await sql<Left>`
      select request_id as request, actor, dataset from audit_seen
      where purpose is not null and row_count is not null
        and (subject is not null or detail ? 'predicate' or detail ? 'from')`.execute(
      stage.world.ctx.db,
    );
    const recorded = new Set(records.map((one) => `${one.request} ${one.actor} ${one.dataset}`));
    const shown = told
      .filter(({ status }) => status < 400)
      .filter((one) => shownBy(one).length > 0);
    expect(shown.length).toBeGreaterThan(50);
    const unrecorded = shown
      .filter(({ ask: one }) => !ownFile.test(one.route))
      .flatMap((one) =>
        shownBy(one)
          .filter((name) => !recorded.has(`${one.request} ${one.who.login} ${name}`))
          .map((name) => `${one.ask.method} ${one.ask.url}: ${name}`),
      );
    expect([...new Set(unrecorded)].slice(0, 30)).toEqual([]);
  });
});

const run = promisify(execFile);
const cli = join(import.meta.dirname, '../../src/app/cli.ts');

describe('on the command line', () => {
  test('what a leader asks there is masked as on his page', async () => {
    const { home } = stage.world.ctx.settings;
    const env = {
      ...process.env,
      GUANTONG_HOME: home,
      DATABASE_URL: stage.world.url,
      GUANTONG_DEMO: 'true',
    };
    const commands = [
      ['query', 'select * from residents', '--as', 'zhang'],
      ['--json', 'rows', 'residents', '--as', 'zhang'],
      ['diff', 'residents', '--as', 'zhang'],
    ];
    const said = await inParallel(
      commands.map(
        (args) => () =>
          run(process.execPath, [cli, ...args], { env }).catch(
            (error: unknown) => error as { stdout: string; stderr: string },
          ),
      ),
      2,
    );
    const zhang = stage.as('zhang');
    for (const { stdout, stderr } of said) {
      const tokens = await canariesIn(Buffer.from(`${stdout}\n${stderr}`), (token) =>
        stage.canaries.has(token),
      );
      expect(
        tokens.filter((token) => !seesPlain(zhang, stage.canaries.get(token) as Canary)),
      ).toEqual([]);
    }
    // Rows were told, what of them he may know in plain.
    expect(`${said[0]?.stdout}${said[0]?.stderr}`).toMatch(new RegExp(canaryShape.source));
  }, 600_000);
});
