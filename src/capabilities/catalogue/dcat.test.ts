/**
 * The catalogue as DCAT-AP 3: expanded without a network, held against shapes written here from the
 * tables of the profile: mandatory and recommended properties, how often each may stand, ranges (of
 * properties we do not use too, so that none comes in wrong), authority tables.
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
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
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
    'dct:issued 0 1 date',
    'dct:modified 0 1 date',
    'dct:license 0 1 dct:LicenseDocument',
    'dct:rights 0 1 dct:RightsStatement',
    'dct:creator 0 1 foaf:Agent',
    'dct:hasPart 0 * dcat:Catalog',
    'dct:temporal 0 * dct:PeriodOfTime',
    'dcat:dataset 1 * dcat:Dataset',
    'dcat:service 0 * dcat:DataService',
    'dcat:catalog 0 * dcat:Catalog',
    'dcat:record 0 * dcat:CatalogRecord',
    'dcat:themeTaxonomy 1 * skos:ConceptScheme',
    'foaf:homepage 0 1 foaf:Document',
  ],
  'dcat:Dataset': [
    'dct:title 1 * text',
    'dct:description 1 * text',
    'dct:identifier 1 * text',
    'dct:publisher 1 1 foaf:Agent',
    'dct:creator 0 * foaf:Agent',
    'dcat:contactPoint 1 * vcard:Kind',
    'dcat:distribution 1 * dcat:Distribution',
    'dcat:keyword 1 * text',
    'dcat:theme 1 * skos:Concept',
    'dct:spatial 1 * dct:Location',
    'dct:temporal 0 * dct:PeriodOfTime',
    'dct:accessRights 1 1 access-right',
    'dct:accessRights 1 1 dct:RightsStatement',
    'dct:accrualPeriodicity 1 1 frequency',
    'dct:accrualPeriodicity 1 1 dct:Frequency',
    'dct:language 1 * language',
    'dct:language 1 * dct:LinguisticSystem',
    'dct:issued 0 1 date',
    'dct:modified 0 1 date',
    'dct:conformsTo 0 * dct:Standard',
    'dct:provenance 0 * dct:ProvenanceStatement',
    'dct:relation 0 * dcat:Dataset',
    'dct:source 0 * dcat:Dataset',
    'dct:type 0 * skos:Concept',
    'dct:isReferencedBy 0 * iri',
    'dcat:version 0 1 text',
    'dcat:landingPage 0 * foaf:Document',
    'foaf:page 0 * foaf:Document',
    'adms:identifier 0 * adms:Identifier',
    'adms:sample 0 * dcat:Distribution',
    'adms:versionNotes 0 * text',
    'dcat:qualifiedRelation 0 * dcat:Relationship',
    'prov:qualifiedAttribution 0 * prov:Attribution',
    'prov:wasGeneratedBy 0 * prov:Activity',
  ],
  'dcat:Distribution': [
    'dcat:accessURL 1 * rdfs:Resource',
    'dcat:downloadURL 0 * rdfs:Resource',
    'dct:title 0 * text',
    'dct:description 1 * text',
    'dct:format 1 1 file-type',
    'dct:format 1 1 dct:MediaTypeOrExtent',
    'dcatap:availability 1 1 planned-availability',
    'dct:license 0 1 dct:LicenseDocument',
    'dct:rights 0 1 dct:RightsStatement',
    'dct:issued 0 1 date',
    'dct:modified 0 1 date',
    'dct:language 0 * dct:LinguisticSystem',
    'dct:conformsTo 0 * dct:Standard',
    'dcat:mediaType 0 1 dct:MediaType',
    'dcat:compressFormat 0 1 dct:MediaType',
    'dcat:packageFormat 0 1 dct:MediaType',
    'dcat:accessService 0 * dcat:DataService',
    'spdx:checksum 0 1 spdx:Checksum',
    'odrl:hasPolicy 0 1 odrl:Policy',
    'foaf:page 0 * foaf:Document',
  ],
  'dcat:DataService': [
    'dct:title 1 * text',
    'dct:description 0 * text',
    'dct:publisher 0 1 foaf:Agent',
    'dct:license 0 1 dct:LicenseDocument',
    'dcat:contactPoint 0 * vcard:Kind',
    'dcat:endpointURL 1 * rdfs:Resource',
    'dcat:endpointDescription 1 * rdfs:Resource',
    'dcat:servesDataset 1 * dcat:Dataset',
    'dct:accessRights 1 1 access-right',
    'dct:format 0 * dct:MediaTypeOrExtent',
  ],
  'foaf:Agent': ['foaf:name 1 * text', 'dct:type 1 1 skos:Concept'],
  'vcard:Kind': ['vcard:fn 1 * text', 'vcard:hasURL 1 * iri'],
  'dct:LicenseDocument': ['dct:type 0 * skos:Concept'],
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
  const needed = ['dct:title', 'dct:publisher', 'dcat:accessURL', 'skos:inScheme'];
  for (const lost of [...needed, 'dcat:endpointURL', 'vcard:fn', 'dcatap:availability']) {
    const broken = JSON.parse(whole.replaceAll(`"${lost}":`, '"dct:source":')) as object;
    expect((await faultsOf(broken)).length, lost).toBeGreaterThan(0);
  }
});

test('a wrong range is seen too: what is not said to be of its class', async () => {
  const whole = await text(officer());
  for (const type of ['vcard:Kind', 'dct:MediaType', 'rdfs:Resource', 'dct:Frequency']) {
    const broken = JSON.parse(whole.replaceAll(`"${type}"`, '"skos:Collection"')) as object;
    expect((await faultsOf(broken)).length, type).toBeGreaterThan(0);
  }
});

test('a stranger is not told of a related resource that he may not know', async () => {
  const { body } = await world.app.inject({ url: '/catalog.jsonld' });
  expect(body).toContain('parks');
  expect(body).not.toContain('c_daily');
  const document = await catalogueAsDcat(officer(), base);
  expect(JSON.stringify(document)).toContain('download?format=xlsx&purpose=catalogue');
});

test('each cycle is one of the EU table; a licence stands only on what is opened', async () => {
  const all = await text(officer());
  const codes = 'UPDATE_CONT DAILY WEEKLY MONTHLY QUARTERLY ANNUAL_2 ANNUAL IRREG NEVER'.split(' ');
  for (const code of codes) expect(all).toContain(`${authority}/frequency/${code}"`);
  // Once for each of the two files of the one that is opened.
  expect(all.split('example.test/licence')).toHaveLength(3);
  expect(all).toContain(`${base}/catalogue/c_daily#dataset`);
});

test('who to turn to is a role of the unit, never a person', async () => {
  const all = await text(officer());
  expect(all).toContain('区民政局 · 数据专员');
  expect(all).not.toMatch(/vcard:(hasEmail|hasTelephone|Individual)/);
});
