/**
 * What is asked of each route. A route whose parameters nothing fills, or a writing route with no
 * entry here, fails the walk: nothing is served that no canary was looked for in.
 */
import type { ServedRoute } from '#kernel/http';
import type { Planted } from './plant.ts';

export interface Known {
  /** Values by the name of a route's parameter. */
  params: Record<string, readonly string[]>;
  /** The datasets this reader asks about in this turn. */
  datasets: readonly Planted[];
  /** A key of the first row of each dataset. */
  keyOf: (dataset: string) => string;
}

export interface Ask {
  method: ServedRoute['method'];
  url: string;
  payload?: unknown;
}

const sealedQueries = (name: string, item: string, key: string): string[] => [
  `select * from "${name}"`,
  `select "${item}" from "${name}"`,
  `select cast("${item}" as varchar) || '' x from "${name}" order by 1`,
  `select max(cast("${item}" as varchar)) from "${name}"`,
  `select string_agg(cast("${item}" as varchar), ',') from "${name}"`,
  `select cast(cast("${item}" as varchar) || 'x' as integer) from "${name}"`,
  `select "${name}" from "${name}"`,
  `select count(*) from "${name}" where cast("${item}" as varchar) like 'cnry%'`,
  `select * from "${name}" where cast("${key}" as varchar) like '%'`,
];

const ofDataset = (route: ServedRoute, known: Known): Ask[] =>
  known.datasets.flatMap(({ name, key, items }) => {
    const base = route.url.replace(/:(dataset|name)/, name).replace(':key', known.keyOf(name));
    if (/:\w/.test(base)) return filled({ ...route, url: base }, known);
    const [first = ''] = key;
    const last = Object.keys(items).at(-1) ?? '';
    const filter = JSON.stringify([{ item: last, op: 'contains', value: 'cnry' }]);
    const queries =
      route.url === '/api/gate/datasets/:dataset/rows'
        ? ['', `?sort=-${last}`, `?filter=${encodeURIComponent(filter)}`, `?sort=${first || last}`]
        : route.url === '/api/gate/datasets/:dataset/download'
          ? ['?purpose=trial', '?purpose=trial&format=csv']
          : [''];
    return queries.map((query) => ({ method: route.method, url: base + query }));
  });

/** Every way to fill the parameters of a route from what is known. */
function filled(route: ServedRoute, known: Known): Ask[] {
  const names = [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  let urls = [route.url];
  for (const name of names) {
    const values = known.params[name];
    if (values === undefined) {
      throw new Error(`${route.method} ${route.url}: the walk does not know :${name}`);
    }
    urls = urls.flatMap((url) =>
      values.map((value) => url.replace(`:${name}`, encodeURIComponent(value))),
    );
  }
  return urls.map((url) => ({ method: route.method, url }));
}

/** Routes that bring data for what they are sent. */
const bodies: Record<string, (known: Known) => unknown[]> = {
  'POST /api/gate/query': ({ datasets }) =>
    datasets.flatMap(({ name, key, items }) =>
      sealedQueries(name, Object.keys(items).at(-1) ?? '', key[0] ?? '').map((sql) => ({
        sql,
        purpose: 'browse',
      })),
    ),
  'POST /api/quality/challenges': ({ datasets, keyOf }) =>
    datasets.map(({ name, items }) => ({
      dataset: name,
      key: [keyOf(name)],
      item: Object.keys(items).at(-1),
      reason: 'canary',
    })),
  'POST /api/audit/seek': () => [{ identity: '330109188001010013' }],
};

/** Query strings that make a route tell more. */
const queries: Record<string, (known: Known) => string[]> = {
  'GET /api/gate/simulate': ({ datasets, params }) =>
    datasets.flatMap(({ name }) =>
      (params.account ?? []).map((account) => `?dataset=${name}&account=${account}`),
    ),
  'GET /api/audit/records': () => ['', '?search=cnry'],
  'GET /api/catalogue/datasets': () => ['', '?q=cnry', '?limit=200'],
};

/** Streams stay open; the switch and the end of a session would change who asks. */
export const notAsked: Record<string, string> = {
  'GET /api/notices/stream': 'stays open; what it carries is what GET /api/notices/mine gives',
  'POST /api/auth/logout': 'ends the session that asks',
  'POST /api/auth/switch': 'changes who asks',
  'DELETE /api/auth/sessions': 'ends the sessions that ask',
  'DELETE /api/auth/sessions/:id': 'ends a session that asks',
};

/** Writing routes that answer for themselves: asked with an empty body, their refusal is read. */
export function asksOf(route: ServedRoute, known: Known): Ask[] {
  const label = `${route.method} ${route.url}`;
  if (notAsked[label] !== undefined) return [];
  const payloads = bodies[label]?.(known);
  if (payloads !== undefined) {
    return payloads.map((payload) => ({ method: route.method, url: route.url, payload }));
  }
  if (/:(dataset|name)\b/.test(route.url) && !route.url.includes(':pack')) {
    return ofDataset(route, known);
  }
  const asks = filled(route, known);
  const more = queries[label]?.(known);
  if (more === undefined) return asks.map((ask) => withBody(ask));
  return asks.flatMap((ask) => more.map((query) => ({ ...ask, url: ask.url + query })));
}

const withBody = (ask: Ask): Ask => (ask.method === 'GET' ? ask : { ...ask, payload: {} });
