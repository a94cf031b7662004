/**
 * What is sent to each route that writes. A route that stands here has to succeed for somebody; one
 * that does not is sent what its schema makes of itself. Every body is sent again empty and spoilt,
 * so that success and refusal are both read.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ServedRoute } from '#kernel/http';
import { demoPassword } from '#sample';
import { type Ask, labelOf } from './ask.ts';
import { filled, isOfDataset, type Known, urlsOf } from './asks.ts';
import { exampleOf, spoilt } from './example.ts';
import { pack } from './plant.ts';
import { photoFile } from './scene.ts';
import type { Reader } from './stage.ts';

type Sent = Pick<Ask, 'payload' | 'form' | 'octets' | 'headers' | 'granted'>;

const json = (payload: unknown): Sent => ({ payload });
const photo = (): Sent[] => [{ form: { fields: {}, file: photoFile() } }];
const nothing = (): Sent[] => [{}];
const text = (name: string, content: string) => ({ name, content: Buffer.from(content) });

/** Every way of asking one item of one dataset in SQL, fair and foul. */
const sealed = (name: string, item: string, key: string): string[] => [
  `select * from "${name}"`,
  `select "${item}" from "${name}"`,
  `select cast("${item}" as varchar) || '' x from "${name}" order by 1`,
  `select max(cast("${item}" as varchar)) from "${name}"`,
  `select string_agg(cast("${item}" as varchar), ',') from "${name}"`,
  `select cast(cast("${item}" as varchar) || 'x' as integer) from "${name}"`,
  `select "${name}" from "${name}"`,
  `select count(*) from "${name}" where cast("${item}" as varchar) like 'cnry%'`,
  `select * from "${name}" where cast("${key}" as varchar) like '%'`,
  `select upper(cast("${item}" as varchar)), count(*) from "${name}" group by all`,
  `select hex(cast("${item}" as varchar)), base64(cast("${item}" as blob)) from "${name}"`,
];

const queries = ({ datasets, facts }: Known, who: Reader): Sent[] => {
  const open = datasets.flatMap(({ name, key, items }) =>
    sealed(name, Object.keys(items).at(-1) ?? '', key[0] ?? '').map((sql) =>
      json({ sql, purpose: 'browse' }),
    ),
  );
  if (who.login !== 'li') return open;
  const [grant] = facts.grants;
  return [
    ...open,
    {
      ...json({ sql: 'select * from residents', purpose: 'trial', grant }),
      granted: facts.granted,
    },
  ];
};

const correctionType = (): unknown =>
  parse(readFileSync(join(pack, 'cases/correction.yaml'), 'utf8'));

/** Bodies by route. */
const bodies: Record<string, (known: Known, who: Reader) => Sent[]> = {
  'POST /api/audit/seek': () => [json({ identity: '330109188001010013' })],
  'POST /api/audit/verify': () => [json({ digests: '' })],
  'POST /api/auth/prove': () => [json({ password: demoPassword })],
  'POST /api/auth/tokens': () => [json({ account: 'w_program', title: 'again', days: 1 })],
  'POST /api/cases/': () => [
    json({ type: 'correction', title: '试开', unit: '330109', slots: { owner: '330109-zhzf' } }),
  ],
  'POST /api/cases/:id/act': () => [
    json({ action: 'object', reason: 'canary' }),
    json({ action: 'delivered' }),
    json({ action: 'urge', data: { note: '催' } }),
  ],
  'POST /api/cases/act': ({ facts }) => [
    json({ items: facts.cases.map((one) => ({ case: one })), action: 'object', reason: 'canary' }),
  ],
  'POST /api/cases/attachments': photo,
  'POST /api/cases/types/:type/preview': () => [json({ definition: correctionType() })],
  'POST /api/cases/delegations': ({ facts }) => [
    json({ delegate: 'qian', from: facts.soon, until: facts.later, reason: 'canary' }),
  ],
  'POST /api/catalogue/excel': ({ facts }) => [
    { form: { fields: {}, file: { name: '目录.xlsx', content: facts.catalogue } } },
  ],
  'POST /api/gate/discovery': () => [json({ datasets: ['hydrants'] })],
  'POST /api/gate/grades/submit': ({ facts }) => [
    json({ items: [{ dataset: 'residents', item: facts.item, grade: 'L3' }], reason: 'canary' }),
  ],
  'POST /api/gate/grades/decide': ({ facts }) => [
    json({
      items: [{ dataset: 'residents', item: facts.item }],
      verdict: 'refused',
      reason: 'canary',
    }),
  ],
  'POST /api/gate/grants': ({ facts }) => [
    json({
      grantee: 'w_program',
      dataset: 'components',
      items: ['comp_id'],
      purpose: 'trial',
      expiresAt: facts.later,
      approvedBy: 'canary',
    }),
  ],
  'POST /api/gate/grants/preview': () => [
    json({ grantee: 'li', dataset: 'residents', items: ['name'], purpose: 'trial' }),
  ],
  'POST /api/gate/grants/:id/revoke': () => [json({ reason: 'canary' })],
  // The same lines once more: a policy that opened anything would open it to this walk.
  'PUT /api/gate/policies/:pack/:name': ({ facts }) => [
    json({ version: facts.policyVersion, reason: 'canary', lines: facts.policyLines }),
  ],
  'POST /api/gate/policies/:pack/:name/roll-back': ({ facts }) => [
    json({ version: facts.policyVersion, reason: 'canary', to: facts.policyVersion }),
  ],
  'POST /api/gate/query': queries,
  'POST /api/hub/events/:event/join': ({ facts }) => [json({ others: facts.events.slice(1) })],
  'POST /api/hub/events/:event/sign': () => [json({})],
  'POST /api/hub/photos': photo,
  'POST /api/hub/push': () => [
    json({ channel: '12345', text: '路灯不亮', address: '新塘街道霞江路2号' }),
  ],
  'POST /api/hub/reports': () => [
    json({ channel: 'citizen', text: '路灯不亮', address: '新塘街道霞江路2号' }),
    json({ channel: 'group', text: '路灯不亮', address: '新塘街道霞江路2号' }),
  ],
  'POST /api/hub/reports/:report/rating': () => [json({ rating: 5 })],
  'POST /api/ingest/deliveries': () => [
    { form: { fields: { dataset: 'components' }, file: text('空.csv', '部件标识码\r\n坏\r\n') } },
    { form: { fields: { dataset: 'residents' }, file: text('空.csv', '"坏') } },
  ],
  'POST /api/ingest/proposals': () => [
    { form: { fields: {}, file: text('公园.csv', '编号,名称\r\nG1,湘湖\r\nG2,北干\r\n') } },
  ],
  'POST /api/ingest/proposals/check': ({ facts }) => [json(facts.proposal)],
  'POST /api/ingest/proposals/save': ({ facts }) => [json(facts.proposal)],
  'POST /api/ingest/runs': ({ facts }) => [
    json({ dataset: 'components', uploads: facts.uploads.slice(2) }),
  ],
  'POST /api/ingest/uploads': () => [json({ name: '新.csv', bytes: 10 })],
  'PATCH /api/ingest/uploads/:upload': () => [
    { octets: Buffer.from('x'), headers: { 'upload-offset': '0' } },
  ],
  'PUT /api/notices/contact': () => [json({ mail: null })],
  'PUT /api/organisation/accounts/:account/closed': () => [
    json({ version: 1, closed: false }),
    json({ version: 2, closed: false }),
  ],
  'PUT /api/organisation/accounts/:account/identity': () => [
    json({ identity: '330109188001010013' }),
  ],
  'PUT /api/organisation/accounts/:account/roles': () => [
    json({ version: 1, roles: [], reason: 'canary' }),
    json({ version: 2, roles: [], reason: 'canary' }),
  ],
  'POST /api/organisation/accounts': (_known, who) => [
    json({ id: `w_${who.login}`, name: '测试员', unit: '330109-zzzx' }),
  ],
  'POST /api/organisation/accounts/bulk': (_known, who) => [
    {
      form: {
        fields: {},
        file: text('名单.csv', `账号,姓名,单位编码\r\nw_many_${who.login},测试,330109-zzzx\r\n`),
      },
    },
  ],
  'PUT /api/organisation/me/password': () => [
    json({ old: demoPassword, password: 'x'.repeat(20) }),
  ],
  'POST /api/organisation/role-changes/:id/confirm': nothing,
  'POST /api/quality/own/photos': photo,
  'POST /api/quality/challenges': ({ datasets, keyOf }) =>
    datasets.map(({ name, items }) =>
      json({
        dataset: name,
        key: keyOf(name),
        item: Object.keys(items).at(-1),
        reason: 'canary',
      }),
    ),
  'POST /api/rules/:rule/backtest': ({ facts }) => [json({ asOf: facts.now })],
  'POST /api/signals/:id/silence': ({ facts }) => [json({ until: facts.later })],
};

/** Why a route that writes succeeds for nobody here. */
export const neverDone: Record<string, string> = {
  'POST /api/auth/factor/confirm': 'needs the code of a device; its refusal is read',
  'POST /api/auth/factor/remove': 'needs the code of a device; its refusal is read',
  'POST /api/hub/reports/:report/rating': 'needs an event that was answered: tests/story rates one',
  'PUT /api/organisation/me/password': 'people of the demonstration keep their password',
};

const writes = ({ method }: ServedRoute): boolean => !['GET', 'OPTIONS', 'HEAD'].includes(method);

export const writingRoutes = (routes: readonly ServedRoute[]): ServedRoute[] =>
  routes.filter(writes);

export const hasOwnBody = (label: string): boolean => bodies[label] !== undefined;

/** What is sent first, and what is sent only to be refused. */
function sentTo(route: ServedRoute, known: Known, who: Reader): Sent[] {
  const own = bodies[labelOf(route)]?.(known, who);
  if (own !== undefined) return own;
  if (route.body === undefined) return [{}];
  return [json(exampleOf(route.body, known.facts as unknown as Record<string, unknown>))];
}

function refusable(route: ServedRoute, first: Sent | undefined): Sent[] {
  if (route.multipart === true) return [{ form: { fields: {}, file: text('x.bin', '\0\0\0') } }];
  if (route.body === undefined || first === undefined) return [];
  return [json({}), json(spoilt(first.payload)), json(null)];
}

/**
 * What is asked of a route that writes, by somebody who may or may not; `spoil` adds what is sent
 * only to be refused.
 */
export function writingOf(
  route: ServedRoute,
  known: Known,
  { who, spoil }: { who: Reader; spoil: boolean },
): Ask[] {
  const urls = isOfDataset(route) ? urlsOf(route, known) : filled(route, known.facts);
  const sent = sentTo(route, known, who);
  const base = { route: labelOf(route), method: route.method };
  const [first = ''] = urls;
  const bad = spoil ? refusable(route, sent[0]) : [];
  return [
    ...urls.flatMap((url) => sent.map((one) => ({ ...base, url, ...one }))),
    ...bad.map((one) => ({ ...base, url: first, ...one })),
  ];
}
