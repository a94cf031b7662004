/** What the catalogue serves: descriptions of data, never data, of what the viewer may know. */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Route, receiveFiles, route, sendTable, tableFormat } from '#kernel/http';
import { applyPermission } from '#kernel/packs';
import {
  catalogueAsDcat,
  catalogueHistory,
  catalogueLists,
  catalogueSheet,
  datasetHistory,
  datasetLineage,
  dataVersions,
  dueOf,
  elementsOf,
  exportCatalogue,
  importCatalogue,
  knownDataset,
  listLibraries,
  searchDatasets,
  sheetNames,
  summaryOf,
  themeWords,
} from './actions/index.ts';
import { catalogueErrors } from './errors.ts';
import { semantics } from './kind/compile/semantics/index.ts';
import {
  bilingual,
  type Contract,
  contract,
  contractVersion,
  dataVersion,
  elements,
  historyPage,
  importResult,
  keeping,
  library,
  lineage,
  lists,
  searchInput,
  searchResult,
  summary,
} from './model.ts';

const named = z.strictObject({ name: z.string().max(63).describe('Name of the dataset') });

const withMeanings = (found: Contract) => ({
  contract: found,
  meanings: Object.fromEntries(
    found.items.flatMap(({ semantic }) =>
      semantic === undefined ? [] : [[semantic, semantics[semantic].title]],
    ),
  ),
});

const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Fields beside the file: whether to apply, and the pack new resources go to. */
const importFields = z.object({
  apply: z.stringbool().default(false),
  pack: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/)
    .default('local'),
});

export const catalogueRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/datasets',
    summary: { zh: '检索数据目录', en: 'Search the catalogue' },
    access: 'session',
    query: searchInput,
    response: searchResult,
    handler: (ctx, { query }) => searchDatasets(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/datasets/:name/versions',
    summary: { zh: '数据的各个版本', en: 'Versions of the data' },
    access: 'session',
    params: named,
    response: z.strictObject({ versions: z.array(dataVersion) }),
    handler: async (ctx, { params }) => {
      await knownDataset(ctx, params.name);
      return { versions: await dataVersions(ctx, params.name) };
    },
  }),
  route({
    method: 'GET',
    path: '/datasets/:name',
    summary: { zh: '一个数据资源的约定', en: 'The contract of a dataset' },
    access: 'session',
    params: named,
    response: z.strictObject({
      contract,
      summary,
      lineage,
      history: z.array(contractVersion).describe('Versions of the contract, newest first'),
      elements,
      due: z.iso.date().nullable().describe('Day the next delivery is due; null when none is'),
      meanings: z.record(z.string(), bilingual).describe('Words of the semantic types used'),
      keeping,
    }),
    handler: async (ctx, { params }) => {
      const found = await knownDataset(ctx, params.name);
      const line = await summaryOf(ctx, params.name);
      return {
        ...withMeanings(found),
        summary: line,
        lineage: await datasetLineage(ctx, params.name),
        history: await datasetHistory(ctx, params.name),
        elements: await elementsOf(ctx, found),
        due: dueOf(ctx, line),
        keeping: await ctx.lake.keeping(ctx, params.name),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/lists',
    summary: { zh: '三清单和逾期未归集', en: 'The three lists and what is overdue' },
    access: 'session',
    response: lists,
    handler: (ctx) => catalogueLists(ctx),
  }),
  route({
    method: 'GET',
    path: '/lists/:list/export',
    summary: { zh: '导出清单或专题库', en: 'A list or the libraries as a file' },
    access: 'catalogue.read',
    params: z.strictObject({ list: z.enum(sheetNames).describe('Which list') }),
    query: z.strictObject({
      format: tableFormat,
      lang: z.enum(['zh', 'en']).default('zh').describe('Language of the head and titles'),
    }),
    stream: true,
    handler: async (ctx, { params, query }, reply) =>
      sendTable(reply, await catalogueSheet(ctx, params.list, query.lang), query.format),
  }),
  route({
    method: 'GET',
    path: '/themes',
    summary: { zh: '数据主题的英文', en: 'Themes in English' },
    access: 'session',
    response: z.strictObject({ themes: z.record(z.string(), z.string()) }),
    handler: async (ctx) => ({ themes: await themeWords(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/history',
    summary: { zh: '目录变更记录', en: 'How contracts changed' },
    access: 'session',
    query: z.strictObject({
      q: z
        .string()
        .max(100)
        .optional()
        .describe(
          'Words in the title, name or owner of the resource, or in the name of who did it',
        ),
      after: z.string().max(100).optional().describe('`next` of the page before'),
      limit: z.coerce.number().int().min(1).max(100).default(30).describe('Most lines'),
    }),
    response: historyPage,
    handler: (ctx, { query }) => catalogueHistory(ctx, query),
  }),
  route({
    method: 'GET',
    path: '//catalog.jsonld',
    summary: { zh: '数据目录（DCAT-AP 3）', en: 'The catalogue as DCAT-AP 3' },
    access: 'public',
    stream: true,
    handler: async (ctx, { request }, reply) => {
      const base = ctx.settings.public_url || `${request.protocol}://${request.host}`;
      const document = await catalogueAsDcat(ctx, base.replace(/\/+$/, ''));
      return reply
        .header('content-type', 'application/ld+json; charset=utf-8')
        .send(JSON.stringify(document));
    },
  }),
  route({
    method: 'GET',
    path: '/excel',
    summary: { zh: '导出目录为 Excel', en: 'The catalogue as an Excel workbook' },
    access: 'session',
    stream: true,
    handler: async (ctx, _, reply) =>
      reply
        .header('content-type', sheetType)
        .header('content-disposition', 'attachment; filename="catalogue.xlsx"')
        .send(await exportCatalogue(ctx)),
  }),
  route({
    method: 'POST',
    path: '/excel',
    summary: { zh: '用 Excel 更新目录', en: 'Change the catalogue by an Excel workbook' },
    access: applyPermission,
    multipart: true,
    response: importResult,
    handler: async (ctx, { request }) => {
      const received = await receiveFiles(ctx, request);
      try {
        const { apply, pack } = importFields.parse(received.fields);
        const [file] = received.files;
        if (file === undefined) throw catalogueErrors.make('not_excel');
        return await importCatalogue(ctx, { bytes: await readFile(file.path), pack, apply });
      } finally {
        await received.dispose();
      }
    },
  }),
  route({
    method: 'GET',
    path: '/libraries',
    summary: { zh: '专题库', en: 'Thematic libraries' },
    access: 'catalogue.read',
    response: z.strictObject({ libraries: z.array(library) }),
    handler: async (ctx) => ({ libraries: await listLibraries(ctx) }),
  }),
];
