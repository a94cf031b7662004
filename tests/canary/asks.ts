/**
 * What is asked of each route that reads. A route whose parameters nothing fills, or that needs a
 * query nobody wrote, fails the walk: nothing is served that no canary was looked for in.
 */
import type { ServedRoute } from '#kernel/http';
import { type Ask, labelOf } from './ask.ts';
import type { Planted } from './plant.ts';
import type { Facts } from './scene.ts';

export interface Known {
  facts: Facts;
  /** The datasets this reader asks about in this turn. */
  datasets: readonly Planted[];
  /** A key of the first row of each dataset. */
  keyOf: (dataset: string) => string;
}

/** Values of parameters: by route, by station, by name. */
const params: Record<string, (facts: Facts) => readonly string[]> = {
  'GET /api/gate/grants/:id :id': ({ grants }) => grants,
  'POST /api/gate/grants/:id/revoke :id': ({ grants }) => grants.slice(1),
  'DELETE /api/gate/discovery/:id :id': ({ discovery }) => [discovery],
  'DELETE /api/auth/tokens/:id :id': ({ accessToken }) => [accessToken],
  'DELETE /api/auth/sessions/:id :id': () => ['00000000-0000-4000-8000-000000000000'],
  'POST /api/cases/delegations/:id/revoke :id': ({ delegation }) => [delegation],
  'POST /api/organisation/role-changes/:id/confirm :id': ({ roleChanges }) => [
    roleChanges[0] ?? '',
  ],
  'POST /api/organisation/role-changes/:id/reject :id': ({ roleChanges }) => [roleChanges[1] ?? ''],
  'cases :id': ({ cases }) => cases,
  // Each of the three is handled in its own way.
  'POST /api/signals/:id/confirm :id': ({ signals }) => signals.slice(0, 1),
  'POST /api/signals/:id/dismiss :id': ({ signals }) => signals.slice(1, 2),
  'POST /api/signals/:id/silence :id': ({ signals }) => signals.slice(2),
  'signals :id': ({ signals }) => signals,
  'notices :id': ({ notices }) => notices,
  'DELETE /api/quality/own/objections/:case :case': ({ objections }) => objections,
  'POST /api/quality/own/objections/:case/appeal :case': ({ objections }) => objections,
  ':case': ({ corrections }) => corrections,
  ':account': ({ account }) => [account],
  ':code': () => ['330109004', '330109-zhzf'],
  ':type': () => ['city-event', 'correction'],
  ':list': () => ['demands', 'duties', 'negatives', 'libraries'],
  ':month': ({ months }) => months,
  ':rule': () => ['owner_disagrees'],
  ':indicator': () => ['component_owner_right', 'handled_on_time', 'open_events', 'signed_in_30s'],
  ':pack': () => ['district'],
  ':name': () => ['grades'],
  ':batch': ({ batches }) => batches,
  ':format': () => ['csv', 'xlsx'],
  ':sha256': ({ photo }) => [photo],
  ':run': ({ runs }) => runs,
  // One that nobody looks at meanwhile.
  'DELETE /api/ingest/uploads/:upload :upload': ({ uploads }) => uploads.slice(1, 2),
  ':upload': ({ uploads }) => uploads.slice(0, 1),
  ':source': () => ['penalties_folder'],
  ':event': ({ events }) => events,
  ':report': ({ reports }) => reports,
  // None is set up in the district's pack.
  ':provider': () => ['none'],
  ':item': ({ item }) => [item],
};

function valuesOf(route: ServedRoute, name: string, facts: Facts): readonly string[] {
  const label = labelOf(route);
  const keys = [`${label} :${name}`, `${route.capability} :${name}`, `:${name}`];
  for (const key of keys) {
    const values = params[key]?.(facts);
    if (values !== undefined) return values;
  }
  throw new Error(`${label}: the walk does not know :${name}`);
}

/** Every way to fill the parameters of a route from what is known. */
export function filled(route: ServedRoute, facts: Facts, url = route.url): string[] {
  const names = [...url.matchAll(/:([a-z]\w*)/gi)].map(([, name]) => name ?? '');
  let urls = [url];
  for (const name of names) {
    const values = valuesOf(route, name, facts);
    urls = urls.flatMap((one) =>
      values.map((value) => one.replace(`:${name}`, encodeURIComponent(value))),
    );
  }
  return urls;
}

const files = ['?format=csv', '?format=xlsx'];
const sheets = ['?format=csv', '?format=xlsx&lang=en'];
const units = ['330109', '330109004'];

/** Query strings that make a route tell more, and those without which it tells nothing. */
const queries: Record<string, (known: Known) => readonly string[]> = {
  'GET /api/audit/records': () => ['', '?action=gate.&limit=200', '?dataset=residents', '?limit=1'],
  'GET /api/audit/export': () => files,
  'GET /api/catalogue/datasets': () => ['', '?q=cnry', '?limit=200'],
  'GET /api/catalogue/lists/:list/export': () => ['?format=xlsx'],
  'GET /api/cases/': () => ['', '?type=correction', '?q=cnry', '?limit=1', '?open=false'],
  'GET /api/cases/tasks': () => ['', '?limit=1'],
  'GET /api/cases/types/:type/figures': () => ['', '?by=field:found', '?by=field:key'],
  'GET /api/cockpit/page': () => units.map((unit) => `?unit=${unit}`),
  'GET /api/entities/locate': () => [`?text=${encodeURIComponent('新塘街道')}`],
  'GET /api/gate/grades': () => ['', '?q=cnry', '?limit=500', '?state=found'],
  'GET /api/gate/simulate': ({ datasets, facts }) =>
    datasets.flatMap(({ name }) => [
      `?dataset=${name}&account=${facts.account}`,
      `?dataset=${name}&role=leader&unit=330109`,
    ]),
  'GET /api/hub/reports': ({ facts }) => [`?channel=group&ref=${facts.ref}`],
  'GET /api/indicators/values': () => units.map((unit) => `?unit=${unit}&children=true`),
  'GET /api/indicators/:indicator/explain': () => units.map((unit) => `?unit=${unit}`),
  'GET /api/indicators/:indicator/rows': () => [
    '?unit=330109004',
    '?unit=330109&part=missing&limit=1',
  ],
  'GET /api/ingest/warehouses/export': () => sheets,
  'GET /api/ingest/warehouses/towns/export': () => sheets,
  'GET /api/notices/mine': () => ['', '?withdrawn=true'],
  'GET /api/organisation/accounts': () => ['', `?search=${encodeURIComponent('王')}`, '?limit=1'],
  'GET /api/organisation/boundaries': () => ['?under=330109&level=town'],
  'GET /api/organisation/rates': () => ['?under=330109'],
  'GET /api/organisation/units': () => ['?parent=330109', `?search=${encodeURIComponent('新塘')}`],
  'GET /api/quality/corrections/:case/file': () => [...files, '?notes=true'],
  'GET /api/quality/rankings/:month/file': () => ['?format=docx', '?format=xlsx'],
  'GET /api/signals/': () => ['', '?limit=1', '?state=raised'],
};

const lastItem = ({ items }: Planted): string => Object.keys(items).at(-1) ?? '';

/** The same for what is asked of one dataset. */
const ofOne: Record<string, (dataset: Planted) => readonly string[]> = {
  '/api/gate/datasets/:dataset/rows': (dataset) => {
    const last = lastItem(dataset);
    const filter = JSON.stringify([{ item: last, op: 'contains', value: 'cnry' }]);
    const [first = last] = dataset.key;
    const page = '&limit=1&offset=1';
    return ['', `?sort=-${last}`, `?filter=${encodeURIComponent(filter)}`, `?sort=${first}${page}`];
  },
  '/api/gate/datasets/:dataset/download': () => [
    '?purpose=trial',
    '?purpose=trial&format=xlsx&lang=en',
  ],
  '/api/gate/datasets/:dataset/diff': () => ['', '?from=v1&to=v2'],
  '/api/gate/datasets/:dataset/views': () => ['', '?as=citizen'],
  '/api/quality/datasets/:dataset/checks/:check/rows': () => ['?limit=200'],
  '/api/quality/datasets/:dataset/checks/:check/file': () => ['?format=xlsx', '?notes=false'],
};

function ofDataset(route: ServedRoute, known: Known): string[] {
  return known.datasets.flatMap((dataset) => {
    const named = route.url
      .replace(/:(dataset|name)\b/, dataset.name)
      .replace(':key', encodeURIComponent(known.keyOf(dataset.name)))
      .replace(':item', lastItem(dataset));
    const urls = named.includes(':check')
      ? dataset.checks.map((check) => named.replace(':check', check))
      : filled(route, known.facts, named);
    return urls.flatMap((url) => (ofOne[route.url]?.(dataset) ?? ['']).map((query) => url + query));
  });
}

export const isOfDataset = ({ url }: ServedRoute): boolean =>
  /:(dataset|name)\b/.test(url) && !url.includes(':pack');

/** Addresses of a route, filled in. */
export function urlsOf(route: ServedRoute, known: Known): string[] {
  if (isOfDataset(route)) return ofDataset(route, known);
  const more = queries[labelOf(route)]?.(known) ?? [''];
  return filled(route, known.facts).flatMap((url) => more.map((query) => url + query));
}

/** What is asked of a route that reads. */
export const readingOf = (route: ServedRoute, known: Known): Ask[] =>
  urlsOf(route, known).map((url) => ({
    route: labelOf(route),
    method: route.method,
    url,
  }));
