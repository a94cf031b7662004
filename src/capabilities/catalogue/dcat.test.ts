/**
 * The catalogue as DCAT-AP 3: expanded without a network, held against shapes written here from the
 * profile (mandatory and recommended properties, ranges, authority tables).
 */
import { createRequire } from 'node:module';
import { Parser, Store } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { catalogueAsDcat } from './actions/index.ts';

// The package carries no types.
const jsonld = createRequire(import.meta.url)('jsonld') as {
  toRDF(document: object, options: object): Promise<unknown>;
};

const capabilities = [organisation, catalogue];
let world: TestWorld;

const prefixes = `
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <urn:shapes#> .`;

/** `path min max kind`: `*` no bound; kind is a class, `text`, `iri`, `date` or a code table. */
const properties: Record<string, string[]> = {
  'dcat:Catalog': [
    'dct:title 1 * text',
    'dct:description 1 * text',
    'dct:publisher 1 1 foaf:Agent',
    'dct:language 1 * language',
    'dct:spatial 1 * dct:Location',
    'dct:modified 0 1 date',
    'dct:license 0 1 dct:LicenseDocument',
    'dcat:dataset 1 * dcat:Dataset',
    'dcat:service 0 * dcat:DataService',
    'dcat:themeTaxonomy 1 * skos:ConceptScheme',
    'foaf:homepage 0 1 foaf:Document',
  ],
  'dcat:Dataset': [
    'dct:title 1 * text',
    'dct:description 1 * text',
    'dct:identifier 1 * text',
    'dct:publisher 1 1 foaf:Agent',
    'dcat:contactPoint 1 * vcard:Organization',
    'dcat:distribution 1 * dcat:Distribution',
    'dcat:keyword 1 * text',
    'dcat:theme 1 * skos:Concept',
    'dct:spatial 1 * dct:Location',
    'dct:temporal 0 * dct:PeriodOfTime',
    'dct:accessRights 1 1 access-right',
    'dct:accrualPeriodicity 1 1 frequency',
    'dct:language 1 * language',
    'dct:issued 0 1 date',
    'dct:modified 0 1 date',
    'dcat:landingPage 0 * foaf:Document',
  ],
  'dcat:Distribution': [
    'dcat:accessURL 1 * iri',
    'dcat:downloadURL 0 * iri',
    'dct:description 1 * text',
    'dct:format 1 1 file-type',
    'dct:license 0 1 dct:LicenseDocument',
    'dct:modified 0 1 date',
    'dcat:mediaType 0 1 iri',
  ],
  'dcat:DataService': [
    'dct:title 1 * text',
    'dcat:endpointURL 1 * iri',
    'dcat:endpointDescription 1 * iri',
    'dcat:servesDataset 1 * dcat:Dataset',
    'dct:accessRights 0 1 access-right',
  ],
  'foaf:Agent': ['foaf:name 1 * text', 'dct:type 0 1 skos:Concept'],
  'vcard:Organization': ['vcard:fn 1 * text', 'vcard:hasURL 1 * iri'],
  'skos:Concept': ['skos:prefLabel 1 * text'],
  'skos:ConceptScheme': ['dct:title 1 * text'],
  'dct:PeriodOfTime': ['dcat:startDate 0 1 date', 'dcat:endDate 0 1 date'],
};

const authority = 'http://publications.europa.eu/resource/authority';

function kindShape(kind: string): string {
  if (kind === 'text') return 'sh:nodeKind sh:Literal';
  if (kind === 'iri') return 'sh:nodeKind sh:IRI';
  if (kind === 'date') return 'sh:or ([sh:datatype xsd:date] [sh:datatype xsd:dateTime])';
  if (kind.includes(':')) return `sh:class ${kind}`;
  const scheme = `[sh:path skos:inScheme; sh:hasValue <${authority}/${kind}>]`;
  return `sh:nodeKind sh:IRI; sh:class skos:Concept; sh:node [sh:property ${scheme}]`;
}

const shapes = (): Store => {
  const shapesOf = Object.entries(properties).map(([target, lines], at) => {
    const each = lines.map((line) => {
      const [path = '', min = '', max = '', kind = ''] = line.split(' ');
      const most = max === '*' ? '' : `sh:maxCount ${max};`;
      return `sh:property [sh:path ${path}; sh:minCount ${min}; ${most} ${kindShape(kind)}]`;
    });
    return `:s${at} a sh:NodeShape; sh:targetClass ${target}; ${each.join('; ')} .`;
  });
  return new Store(new Parser().parse(`${prefixes}\n${shapesOf.join('\n')}`));
};

/** What is wrong with a document, as `path of node`. */
async function faultsOf(document: object): Promise<string[]> {
  const offline = async (url: string): Promise<never> => {
    throw new Error(`the document asks the network for ${url}`);
  };
  const rdf = await jsonld.toRDF(document, {
    format: 'application/n-quads',
    documentLoader: offline,
    safe: true,
  });
  const data = new Store(new Parser({ format: 'N-Quads' }).parse(String(rdf)));
  const report = await new SHACLValidator(shapes()).validate(data);
  return report.results.map(({ path, focusNode }) => `${path?.value} of ${focusNode?.value}`);
}

const dataset = (title: string, more: string): string => `title: {zh: ${title}, en: Data}
description: {zh: 说明, en: Said}
owner: 330109-mz
theme: 社会救助
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
mode: full
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L2}
${more}`;

const cycles = 'realtime daily weekly monthly quarterly half_year yearly irregular never'.split(
  ' ',
);

beforeAll(async () => {
  world = await testWorld({
    capabilities,
    settings: { open_licence_url: 'https://example.test/licence' },
  });
  const none = 'open: {type: none, clause: 条款}\n';
  const files: Record<string, string> = {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,Xiaoshan,,district,,,,,测试
330109-mz,区民政局,Civil Affairs,,department,330109,,,,测试
`,
    'datasets/parks.yaml': dataset(
      '公园',
      `open: {type: unconditional}\ncycle: daily
catalogue: {class: "307014", format: database, period: {from: 2020-01-01}, related: [c_daily]}\n`,
    ),
    'datasets/sealed.yaml': dataset('线索', `${none}cycle: daily\nsealed_for: [supervisor]\n`),
  };
  for (const cycle of cycles) {
    files[`datasets/c_${cycle}.yaml`] = dataset('周期', `${none}cycle: ${cycle}\n`);
  }
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(() => world.close());

const base = 'https://data.example.test';
const officer = (): Ctx => world.as(actor('builder', '330109', ['catalogue.read']));
const text = async (ctx: Ctx): Promise<string> => JSON.stringify(await catalogueAsDcat(ctx, base));

test('without signing in only what is opened; sealed resources are nowhere', async () => {
  const { body, headers, statusCode } = await world.app.inject({ url: '/catalog.jsonld' });
  expect([statusCode, headers['content-type']]).toEqual([
    200,
    'application/ld+json; charset=utf-8',
  ]);
  expect(body).toContain('/catalogue/parks#dataset');
  expect(body).not.toContain('c_weekly');
  expect(body).not.toContain('线索');
  expect(await text(officer())).not.toContain('线索');
  expect(await text(officer())).toContain('c_weekly');
});

test('the shapes accept it, for everybody who asks', async () => {
  expect(await faultsOf(await catalogueAsDcat(officer(), base))).toEqual([]);
  const { body } = await world.app.inject({ url: '/catalog.jsonld' });
  expect(await faultsOf(JSON.parse(body) as object)).toEqual([]);
});

test('the shapes can refuse: each lost mandatory property is seen', async () => {
  const whole = await text(officer());
  for (const lost of ['dct:title', 'dct:publisher', 'dcat:accessURL', 'skos:inScheme']) {
    const broken = JSON.parse(whole.replaceAll(`"${lost}":`, '"dct:source":')) as object;
    expect((await faultsOf(broken)).length, lost).toBeGreaterThan(0);
  }
});

test('each cycle is one of the EU table; a licence stands only on what is opened', async () => {
  const all = await text(officer());
  const codes = 'UPDATE_CONT DAILY WEEKLY MONTHLY QUARTERLY ANNUAL_2 ANNUAL IRREG NEVER'.split(' ');
  for (const code of codes) expect(all).toContain(`${authority}/frequency/${code}"`);
  expect(all.split('example.test/licence')).toHaveLength(2);
  expect(all).toContain(`${base}/catalogue/c_daily#dataset`);
});

test('who to turn to is a role of the unit, never a person', async () => {
  const all = await text(officer());
  expect(all).toContain('区民政局 · 数据专员');
  expect(all).not.toMatch(/vcard:(hasEmail|hasTelephone|Individual)/);
});
