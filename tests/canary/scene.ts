/**
 * What happens in the district before everybody is asked everything: files are delivered and come
 * back, events are reported and dispatched, grants and tokens are issued, grades are proposed, a
 * challenge is raised. Everything goes over the routes, as the person whose business it is, and is
 * searched like any other answer; the ids it leaves fill the parameters of the walk.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Ask, ask, type SentFile, type Told } from './ask.ts';
import { type Canary, canaryOf, datasets, folder } from './plant.ts';
import type { Stage } from './stage.ts';

export interface Facts {
  account: string;
  accessToken: string;
  batches: readonly string[];
  /** The catalogue as a workbook. */
  catalogue: Buffer;
  cases: readonly string[];
  corrections: readonly string[];
  delegation: string;
  discovery: string;
  events: readonly string[];
  grants: readonly string[];
  item: string;
  months: readonly string[];
  notices: readonly string[];
  objections: readonly string[];
  photo: string;
  ref: string;
  reports: readonly string[];
  roleChanges: readonly string[];
  runs: readonly string[];
  signals: readonly string[];
  uploads: readonly string[];
  /** The proposal read off a file, to be checked and saved. */
  proposal: unknown;
  policyVersion: number;
  policyLines: unknown;
  /** What the first grant opens. */
  granted: NonNullable<Ask['granted']>;
  /** Instants: of the world, a day on, two days on. */
  now: string;
  soon: string;
  later: string;
}

type Answer = Record<string, never>;

/** Tells of everything that was asked on the way. */
export class Scene {
  readonly stage: Stage;
  readonly told: Told[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Asks as somebody; what is refused stops the scene. */
  async asks(login: string, one: Omit<Ask, 'method'>): Promise<Buffer> {
    const method = one.route.split(' ')[0] as Ask['method'];
    const told = await ask(this.stage, this.stage.as(login), { ...one, method });
    this.told.push(told);
    if (told.status < 300) return told.body;
    throw new Error(`${login}: ${one.route}: ${told.status} ${told.body.toString('utf8')}`);
  }

  async does<T = Answer>(login: string, one: Omit<Ask, 'method'>): Promise<T> {
    const text = (await this.asks(login, one)).toString('utf8');
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  post<T = Answer>(login: string, url: string, payload: unknown, route = url): Promise<T> {
    return this.does<T>(login, { route: `POST ${route}`, url, payload });
  }

  get<T = Answer>(login: string, url: string, route = url): Promise<T> {
    return this.does<T>(login, { route: `GET ${route}`, url });
  }
}

const photos = join(import.meta.dirname, '../../src/sample/story/photos');

export const photoFile = (): SentFile => ({
  name: 'broken.jpg',
  content: readFileSync(join(photos, 'broken.jpg')),
});

interface Item {
  type: string;
  example?: string;
  title: { zh: string };
}

const delivered = 'components';
const itemsOf = (dataset: string): [string, Item][] =>
  Object.entries(
    (
      parse(readFileSync(join(folder, `${dataset}.yaml`), 'utf8')) as {
        items: Record<string, Item>;
      }
    ).items,
  );

/** Rows of a file that come back, with a canary in every item, and one row that lands. */
export function returnedFile(stage: Stage): SentFile {
  const at = datasets.findIndex(({ name }) => name === delivered);
  const dataset = datasets[at];
  if (dataset === undefined) throw new Error(`no ${delivered}`);
  const items = itemsOf(delivered);
  const planted: Canary[] = [];
  const bad = items.map(([item, { type }], nth) => {
    const value = canaryOf(type, [at, nth, 5]);
    const { grade = 'L4', semantic } = dataset.items[item] ?? {};
    // An officer of the house alone sees what came back: no unit of a row makes it anybody else's.
    if (value)
      planted.push({ dataset, item, grade, semantic, unit: null, row: 5, token: value.token });
    return value?.token ?? '1';
  });
  stage.add(planted);
  const good = items.map(([, { example = '' }]) => example);
  const head = items.map(([, { title }]) => title.zh);
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  return {
    name: '部件.csv',
    content: Buffer.from(`${[head, good, bad].map(line).join('\r\n')}\r\n`),
  };
}

/** A file nothing of which is anybody's secret. */
const openFile: SentFile = {
  name: '公园.csv',
  content: Buffer.from('编号,名称,面积\r\nGY001,北干山公园,120.5\r\nGY002,湘湖公园,3500\r\n'),
};

async function arriving(scene: Scene): Promise<Partial<Facts>> {
  const file = returnedFile(scene.stage);
  const fields = { dataset: delivered, note: '核对' };
  const landed = await scene.does<{ batch: string; returned: number }>('sun', {
    route: 'POST /api/ingest/deliveries',
    url: '/api/ingest/deliveries',
    form: { fields, file },
  });
  if (landed.returned !== 1) throw new Error(`${landed.returned} rows came back, not 1`);
  const uploads: string[] = [];
  for (const { name, content } of [file, file, openFile, openFile, openFile]) {
    const announced = { name, bytes: content.length };
    const { id } = await scene.post<{ id: string }>('sun', '/api/ingest/uploads', announced);
    await scene.does('sun', {
      route: 'PATCH /api/ingest/uploads/:upload',
      url: `/api/ingest/uploads/${id}`,
      octets: content,
      headers: { 'upload-offset': '0', 'content-digest': digestOf(content) },
    });
    uploads.push(id);
  }
  const [first = '', second = '', open = '', ...others] = uploads;
  const upload = '/api/ingest/uploads';
  const preview = { dataset: delivered };
  await scene.post('sun', `${upload}/${first}/preview`, preview, `${upload}/:upload/preview`);
  const ofIt = `${upload}/:upload/proposal`;
  await scene.post('sun', `${upload}/${second}/proposal`, {}, ofIt);
  const proposed = await scene.post<{ proposal: unknown }>(
    'sun',
    `${upload}/${open}/proposal`,
    {},
    ofIt,
  );
  const run = { dataset: delivered, uploads: [first] };
  const { id } = await scene.post<{ id: string }>('sun', '/api/ingest/runs', run);
  return {
    batches: [landed.batch],
    uploads: [second, ...others],
    runs: [id],
    proposal: proposed.proposal,
  };
}

const digestOf = (content: Buffer): string =>
  `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;

async function events(scene: Scene): Promise<Partial<Facts>> {
  const stored = await scene.does<{ sha256: string }>('lou', {
    route: 'POST /api/hub/photos',
    url: '/api/hub/photos',
    form: { fields: {}, file: photoFile() },
  });
  const said = (text: string) => ({
    channel: 'group',
    text,
    address: '新塘街道霞江路1号',
    reporterName: '王桂芳',
    reporterPhone: '13800138000',
  });
  const made: { report: { id: string; event: string; channelRef: string } }[] = [];
  for (const [text, photo] of [
    ['路边井盖塌了半边', [stored.sha256]],
    ['井盖还是塌的', []],
  ] as const) {
    made.push(await scene.post('lou', '/api/hub/reports', { ...said(text), photos: photo }));
  }
  const [first, second] = made.map(({ report }) => report);
  const event = '/api/hub/events';
  await scene.get('zhou', `${event}/${first?.event}/suggestions`, `${event}/:event/suggestions`);
  return {
    events: [first?.event ?? '', second?.event ?? ''],
    reports: [first?.id ?? ''],
    ref: first?.channelRef ?? '',
    photo: stored.sha256,
  };
}

const graded = 'residents';

interface Policies {
  policies: { version: number; lines: { because: { zh: string; en: string } }[] }[];
}

/** A policy is changed in its words alone, and goes back: what anybody sees stays the same. */
async function policing(scene: Scene): Promise<Partial<Facts>> {
  const of = '/api/gate/policies/:pack/:name';
  const url = '/api/gate/policies/district/grades';
  const [policy] = (await scene.get<Policies>('he', '/api/gate/policies')).policies;
  if (policy === undefined) throw new Error('no policy is in force');
  const { version, lines } = policy;
  const [first, ...others] = lines;
  const because = { zh: '改过', en: 'Changed' };
  const changed = await scene.does<{ version: number }>('he', {
    route: `PUT ${of}`,
    url,
    payload: { version, reason: 'canary', lines: [{ ...first, because }, ...others] },
  });
  const back = await scene.post<{ version: number }>(
    'he',
    `${url}/roll-back`,
    { version: changed.version, reason: 'canary', to: version },
    `${of}/roll-back`,
  );
  return { policyVersion: back.version, policyLines: lines };
}

async function governing(scene: Scene): Promise<Partial<Facts>> {
  const { stage } = scene;
  const now = stage.world.clock.now().getTime();
  const expiresAt = new Date(now + 30 * 86_400_000).toISOString();
  const items = Object.keys(datasets.find(({ name }) => name === graded)?.items ?? {});
  const grants: string[] = [];
  for (const opened of [items.slice(0, 4), items.slice(0, 2)]) {
    const { id } = await scene.post<{ id: string }>('xu', '/api/gate/grants', {
      grantee: 'li',
      dataset: graded,
      items: opened,
      units: ['330109004'],
      purpose: 'trial',
      expiresAt,
      approvedBy: 'canary',
    });
    grants.push(id);
  }
  const run = await scene.post<{ id: string }>('xu', '/api/gate/discovery', {
    datasets: [graded, delivered, 'vehicles', 'group_ledger'],
  });
  return {
    ...(await policing(scene)),
    grants,
    granted: { dataset: graded, items: items.slice(0, 4), units: ['330109004'] },
    discovery: run.id,
    item: items.at(-1) ?? '',
  };
}

async function accounts(scene: Scene): Promise<Partial<Facts>> {
  const path = '/api/organisation/accounts';
  const changes: string[] = [];
  for (const id of ['w_program', 'w_other']) {
    const made = await scene.post<{ version: number }>('xie', path, {
      id,
      name: '测试程序',
      unit: '330109-zzzx',
    });
    const change = await scene.does<{ id: string }>('xie', {
      route: `PUT ${path}/:account/roles`,
      url: `${path}/${id}/roles`,
      payload: {
        version: made.version,
        roles: [{ role: 'builder', unit: '330109-zzzx' }],
        reason: 'canary',
      },
    });
    changes.push(change.id);
  }
  const token = await scene.post<{ id: string }>('he', '/api/auth/tokens', {
    account: 'w_program',
    title: 'canary',
    days: 1,
  });
  return { account: 'w_other', accessToken: token.id, roleChanges: changes };
}

async function handing(scene: Scene): Promise<Partial<Facts>> {
  const now = scene.stage.world.clock.now().getTime();
  const { id } = await scene.post<{ id: number }>('zhou', '/api/cases/delegations', {
    delegate: 'qian',
    from: new Date(now + 3_600_000).toISOString(),
    until: new Date(now + 86_400_000).toISOString(),
    reason: 'canary',
  });
  const { months } = await scene.get<{ months: { month: string }[] }>(
    'xu',
    '/api/quality/rankings',
  );
  const excel = '/api/catalogue/excel';
  const catalogue = await scene.asks('xu', { route: `GET ${excel}`, url: excel });
  return {
    catalogue,
    delegation: String(id),
    months: months.slice(0, 1).map(({ month }) => month),
  };
}

interface Own {
  datasets: {
    dataset: string;
    items: { item: string }[];
    rows: { record: string | null }[];
  }[];
}

/** A citizen whom two administrators know sees the row about him, and objects to it. */
async function owning(scene: Scene): Promise<Partial<Facts>> {
  const { person } = scene.stage;
  const path = '/api/organisation/accounts';
  const identity = { identity: person.token };
  await scene.does('xie', {
    route: `PUT ${path}/:account/identity`,
    url: `${path}/${person.login}/identity`,
    payload: identity,
  });
  const confirmed = `${path}/:account/identity/confirm`;
  await scene.post('he', confirmed.replace(':account', person.login), identity, confirmed);
  const own = await scene.get<Own>(person.login, '/api/quality/own');
  const held = own.datasets.find(({ dataset }) => dataset === person.dataset);
  const [row] = held?.rows ?? [];
  if (!held || !row?.record) throw new Error('he is shown nothing of his own');
  const objection = await scene.post<{ case: string }>(
    person.login,
    '/api/quality/own/objections',
    {
      dataset: person.dataset,
      record: row.record,
      item: held.items.at(-1)?.item,
      reason: 'canary',
    },
  );
  return { objections: [objection.case] };
}

/** What a row of a dataset is challenged for: the signal becomes a correction. */
async function challenging(scene: Scene, keyOf: (dataset: string) => string): Promise<void> {
  await scene.post('sun', '/api/quality/challenges', {
    dataset: delivered,
    key: keyOf(delivered),
    item: 'keeper',
    reason: 'canary',
  });
}

/** Plays the scene; the platform then does what follows from it. */
export async function play(
  stage: Stage,
  keyOf: (dataset: string) => string,
): Promise<{ facts: Facts; told: Told[] }> {
  const scene = new Scene(stage);
  const made: Partial<Facts>[] = [];
  for (const part of [arriving, events, governing, accounts, handing, owning]) {
    made.push(await part(scene));
  }
  await challenging(scene, keyOf);
  await stage.world.drainFailures();
  const facts = Object.assign({}, ...made, instants(stage), await leftBehind(stage)) as Facts;
  return { facts, told: scene.told };
}

/** Instants as bodies want them. */
function instants({ world }: Stage): Partial<Facts> {
  const at = (days: number): string =>
    new Date(world.clock.now().getTime() + days * 86_400_000).toISOString();
  return { now: at(0), soon: at(1), later: at(2) };
}

/** Ids of what the platform made of it. */
export async function leftBehind(stage: Stage): Promise<Partial<Facts>> {
  const numbers = (type: string): Promise<string[]> =>
    stage.texts(`select number x from case_file where type = '${type}' order by 1 limit 4`);
  const corrections = await numbers('correction');
  return {
    cases: [...(await numbers('city-event')).slice(0, 2), ...corrections.slice(0, 2)],
    corrections,
    signals: await stage.texts(`select id::text x from signal order by 1 desc limit 3`),
    notices: await stage.texts(`select id::text x from notice order by 1 desc limit 2`),
  };
}
