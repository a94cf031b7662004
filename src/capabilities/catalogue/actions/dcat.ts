/**
 * The catalogue in the words of the world: DCAT-AP 3 as JSON-LD, with its context inside, so that
 * nobody needs a network to read it. Codes of languages, frequencies, access rights and file types
 * are those of the EU authority tables, which the profile asks for.
 */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { Contract, Provider } from '../model.ts';
import { currentContracts, firstAppliedAll, listOf } from '../store.ts';
import { knowable, mayKnow } from './known.ts';
import { type Standing, standings, unheld } from './standing.ts';
import { themeWords } from './themes.ts';

type Node = { [key: string]: unknown };
type Bilingual = { zh: string; en: string };

const authority = 'http://publications.europa.eu/resource/authority';

const literal = (type: string) => ({ '@type': `xsd:${type}` });
const reference = { '@type': '@id' };

/** Short names of this document and what they stand for. */
const context: Node = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  'dct:issued': literal('date'),
  'dct:modified': literal('dateTime'),
  'dcat:startDate': literal('date'),
  'dcat:endDate': literal('date'),
  'dcat:landingPage': reference,
  'foaf:homepage': reference,
  'vcard:hasURL': reference,
  'skos:inScheme': reference,
};

const said = ({ zh, en }: Bilingual): Node[] => [
  { '@language': 'zh', '@value': zh },
  { '@language': 'en', '@value': en },
];

const link = (id: string): Node => ({ '@id': id });

/** An address: what the profile calls a resource has to say that it is one. */
const resource = (url: string, type = 'rdfs:Resource'): Node => ({ '@id': url, '@type': type });

/** A code of an EU authority table, whole, so that its table is seen without asking for it. */
const code = (table: string, value: string, type: string, label: string): Node => ({
  '@id': `${authority}/${table}/${value}`,
  '@type': [type, 'skos:Concept'],
  'skos:inScheme': `${authority}/${table}`,
  'skos:prefLabel': { '@language': 'en', '@value': label },
});

const languages = (): Node[] => [
  code('language', 'ZHO', 'dct:LinguisticSystem', 'Chinese'),
  code('language', 'ENG', 'dct:LinguisticSystem', 'English'),
];

const frequencies: Record<Contract['cycle'], [code: string, label: string]> = {
  realtime: ['UPDATE_CONT', 'continuously updated'],
  daily: ['DAILY', 'daily'],
  weekly: ['WEEKLY', 'weekly'],
  monthly: ['MONTHLY', 'monthly'],
  quarterly: ['QUARTERLY', 'quarterly'],
  half_year: ['ANNUAL_2', 'semiannual'],
  yearly: ['ANNUAL', 'annual'],
  irregular: ['IRREG', 'irregular'],
  never: ['NEVER', 'never'],
};

const rights: Record<Contract['open']['type'], [code: string, label: string]> = {
  unconditional: ['PUBLIC', 'public'],
  conditional: ['RESTRICTED', 'restricted'],
  none: ['NON_PUBLIC', 'non-public'],
};

interface Ground {
  base: string;
  /** English words of themes. */
  themes: Readonly<Record<string, string>>;
  /** Resources this viewer may know of: nothing else is named. */
  known: ReadonlySet<string>;
  zone: string;
  /** The licence of what is opened; null when the district has set none. */
  licence: string | null;
  units: ReadonlyMap<string, { name: string; nameEn?: string | undefined }>;
  providers: ReadonlyMap<string, Provider>;
  published: ReadonlyMap<string, Date>;
  district: string;
}

const ids = (base: string) => ({
  catalogue: `${base}/catalog.jsonld#catalogue`,
  themes: `${base}/catalog.jsonld#themes`,
  theme: (name: string) => `${base}/catalog.jsonld#theme-${encodeURIComponent(name)}`,
  unit: (name: string) => `${base}/catalog.jsonld#unit-${encodeURIComponent(name)}`,
  place: (name: string) => `${base}/catalog.jsonld#place-${encodeURIComponent(name)}`,
  service: `${base}/catalog.jsonld#gate`,
  page: (name: string) => `${base}/catalogue/${name}`,
});

function agent(ground: Ground, unit: string): Node {
  const found = ground.units.get(unit);
  const name = { zh: found?.name ?? unit, en: found?.nameEn ?? found?.name ?? unit };
  return {
    '@id': ids(ground.base).unit(unit),
    '@type': 'foaf:Agent',
    'foaf:name': said(name),
    'dct:type': publisherType,
  };
}

/** What kind of body publishes, by the vocabulary the profile asks for. */
const publisherType: Node = {
  '@id': 'http://purl.org/adms/publishertype/LocalAuthority',
  '@type': 'skos:Concept',
  'skos:inScheme': 'http://purl.org/adms/publishertype/1.0',
  'skos:prefLabel': { '@language': 'en', '@value': 'Local authority' },
};

/** A role in the owner unit: never a person. */
function contact(ground: Ground, contract: Contract): Node {
  const provider = ground.providers.get(contract.owner);
  const fallback = { zh: '数据专员', en: 'Data officer' };
  const given = provider?.contact_zh
    ? { zh: provider.contact_zh, en: provider.contact_en || provider.contact_zh }
    : fallback;
  const role = contract.catalogue?.contact ?? given;
  const unit = ground.units.get(contract.owner)?.name ?? contract.owner;
  return {
    // Nobody infers that an organisation is a kind of contact: both are said.
    '@type': ['vcard:Kind', 'vcard:Organization'],
    'vcard:fn': said({ zh: `${unit} · ${role.zh}`, en: `${unit} · ${role.en}` }),
    'vcard:hasURL': ids(ground.base).page(contract.name),
  };
}

const files = [
  { format: 'csv', name: 'CSV', media: 'text/csv' },
  {
    format: 'xlsx',
    name: 'Excel',
    media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
] as const;

const fileTypes = { csv: 'CSV', xlsx: 'XLSX' } as const;

function distributions(ground: Ground, contract: Contract, standing: Standing): Node[] {
  const { base, licence } = ground;
  const { zh, en } = contract.title;
  const page = ids(base).page(contract.name);
  const isOpened = contract.open.type !== 'none';
  return files.map(({ format, name, media }) => ({
    '@id': `${page}#${format}`,
    '@type': 'dcat:Distribution',
    'dct:title': said({ zh: `${zh}（${name}）`, en: `${en} (${name})` }),
    'dct:description': said({
      zh: '经闸口下载：只含您可见的行和项',
      en: 'Through the gate: only the rows and items you may see',
    }),
    'dcat:accessURL': resource(page),
    'dcat:downloadURL': resource(
      `${base}/api/gate/datasets/${contract.name}/download?format=${format}&purpose=catalogue`,
    ),
    'dcat:mediaType': resource(
      `https://www.iana.org/assignments/media-types/${media}`,
      'dct:MediaType',
    ),
    'dct:format': code('file-type', fileTypes[format], 'dct:MediaTypeOrExtent', name),
    'dcatap:availability': code('planned-availability', 'STABLE', 'skos:Concept', 'stable'),
    'dct:language': languages(),
    ...(standing.asOf === null ? {} : { 'dct:modified': standing.asOf }),
    ...(isOpened && licence !== null
      ? { 'dct:license': { '@id': licence, '@type': 'dct:LicenseDocument' } }
      : {}),
  }));
}

const period = ({ catalogue }: Contract): Node => {
  const covered = catalogue?.period;
  if (covered === undefined) return {};
  const end = covered.to === undefined ? {} : { 'dcat:endDate': covered.to };
  const whole = { '@type': 'dct:PeriodOfTime', 'dcat:startDate': covered.from, ...end };
  return { 'dct:temporal': whole };
};

function dataset(ground: Ground, contract: Contract, standing: Standing): Node {
  const { base, zone, published } = ground;
  const [cycle, cycleLabel] = frequencies[contract.cycle];
  const [right, rightLabel] = rights[contract.open.type];
  const first = published.get(contract.name) ?? new Date(contract.appliedAt);
  // sv-SE writes YYYY-MM-DD.
  const day = first.toLocaleDateString('sv-SE', { timeZone: zone });
  const codes = contract.code === null ? [] : [contract.code];
  const related = (contract.catalogue?.related ?? []).filter((name) => ground.known.has(name));
  return {
    '@id': `${ids(base).page(contract.name)}#dataset`,
    '@type': 'dcat:Dataset',
    'dct:title': said(contract.title),
    'dct:description': said(contract.description),
    'dct:identifier': [...codes, contract.name],
    'dct:publisher': agent(ground, contract.owner),
    'dcat:contactPoint': contact(ground, contract),
    'dcat:theme': link(ids(base).theme(contract.theme)),
    'dcat:keyword': contract.items.map(({ title }) => ({ '@language': 'zh', '@value': title.zh })),
    'dct:issued': contract.catalogue?.published_on ?? day,
    'dct:modified': standing.asOf ?? contract.appliedAt,
    'dct:accrualPeriodicity': code('frequency', cycle, 'dct:Frequency', cycleLabel),
    'dct:accessRights': code('access-right', right, 'dct:RightsStatement', rightLabel),
    'dct:language': languages(),
    'dct:spatial': place(ground, ground.district),
    ...period(contract),
    ...(related.length === 0
      ? {}
      : { 'dct:relation': related.map((name) => link(`${ids(base).page(name)}#dataset`)) }),
    'dcat:landingPage': { '@id': ids(base).page(contract.name), '@type': 'foaf:Document' },
    'dcat:version': String(contract.version),
    'dcat:distribution': distributions(ground, contract, standing),
  };
}

function place(ground: Ground, unit: string): Node {
  const found = ground.units.get(unit);
  const name = { zh: found?.name ?? unit, en: found?.nameEn ?? found?.name ?? unit };
  return {
    '@id': ids(ground.base).place(unit),
    '@type': 'dct:Location',
    'dct:identifier': unit,
    'skos:prefLabel': said(name),
  };
}

function service(ground: Ground, contracts: readonly Contract[]): Node[] {
  const served = contracts.filter(
    ({ share }) => share.type !== 'none' && share.mode.includes('api'),
  );
  if (served.length === 0) return [];
  const page = ids(ground.base).page;
  return [
    {
      '@id': ids(ground.base).service,
      '@type': 'dcat:DataService',
      'dct:title': said({ zh: '数据闸口接口', en: 'Interface of the gate' }),
      'dct:description': said({
        zh: '按身份、用途和授权读取数据；每次读取都有审计',
        en: 'Reads by identity, purpose and grant; every read is audited',
      }),
      'dct:publisher': agent(ground, ground.district),
      'dct:accessRights': code('access-right', 'RESTRICTED', 'dct:RightsStatement', 'restricted'),
      'dcat:endpointURL': resource(`${ground.base}/api/gate`),
      'dcat:endpointDescription': resource(`${ground.base}/openapi.json`),
      'dcat:servesDataset': served.map(({ name }) => link(`${page(name)}#dataset`)),
    },
  ];
}

function themes({ base, themes: english }: Ground, contracts: readonly Contract[]): Node[] {
  const names = [...new Set(contracts.map(({ theme }) => theme))].toSorted();
  const scheme = {
    '@id': ids(base).themes,
    '@type': 'skos:ConceptScheme',
    'dct:title': said({ zh: '数据主题', en: 'Themes of data' }),
  };
  const concepts = names.map((name) => ({
    '@id': ids(base).theme(name),
    '@type': 'skos:Concept',
    'skos:prefLabel': [
      { '@language': 'zh', '@value': name },
      ...(english[name] === undefined ? [] : [{ '@language': 'en', '@value': english[name] }]),
    ],
    'skos:inScheme': ids(base).themes,
  }));
  return [scheme, ...concepts];
}

async function groundOf(ctx: Ctx, base: string, contracts: readonly Contract[]): Promise<Ground> {
  const owners = [...new Set(contracts.map(({ owner }) => owner))];
  const found = await Promise.all(owners.map((owner) => findUnit(ctx, owner)));
  const { county_code: county, county_name: countyName } = ctx.settings;
  const known = [{ code: county, name: countyName }, ...found.filter((unit) => unit !== undefined)];
  const providers = await listOf<Provider>(ctx, 'providers');
  const { open_licence_url: licence, time_zone: zone } = ctx.settings;
  return {
    base,
    themes: await themeWords(ctx),
    known: new Set(contracts.map(({ name }) => name)),
    zone,
    licence: licence === '' ? null : licence,
    units: new Map(known.map((unit) => [unit.code, unit])),
    providers: new Map(providers.map(({ body }) => [body.unit, body])),
    published: await firstAppliedAll(ctx),
    district: county,
  };
}

/**
 * All resources the viewer may know of; for those who are not signed in, what is opened to the
 * public. `base` is the address of this platform, without a stroke at its end.
 */
export async function catalogueAsDcat(ctx: Ctx, base: string): Promise<Node> {
  const known = mayKnow(ctx.actor);
  const contracts = (await currentContracts(ctx)).filter((one) => known(knowable(one)));
  const [ground, standing] = await Promise.all([
    groundOf(ctx, base, contracts),
    standings(ctx, contracts),
  ]);
  const datasets = contracts.map((one, at) => dataset(ground, one, standing[at] ?? unheld));
  const services = service(ground, contracts);
  const catalogue: Node = {
    '@id': ids(base).catalogue,
    '@type': 'dcat:Catalog',
    'dct:title': said({ zh: '公共数据目录', en: 'Catalogue of public data' }),
    'dct:description': said({
      zh: '本区公共数据资源的目录，由贯通平台按数据约定生成',
      en: 'Resources of public data of this district, made from their contracts',
    }),
    'dct:publisher': agent(ground, ground.district),
    'dct:language': languages(),
    'dct:spatial': place(ground, ground.district),
    'dcat:themeTaxonomy': link(ids(base).themes),
    'foaf:homepage': { '@id': `${base}/catalogue`, '@type': 'foaf:Document' },
    'dct:modified': ctx.clock.now().toISOString(),
    'dcat:dataset': datasets.map((one) => link(String(one['@id']))),
    'dcat:service': services.map((one) => link(String(one['@id']))),
  };
  const graph = [catalogue, ...themes(ground, contracts), ...services, ...datasets];
  return { '@context': context, '@graph': graph };
}
