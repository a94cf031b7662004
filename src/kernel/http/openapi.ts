/**
 * OpenAPI 3.1 from the schemas of the routes: the one that validates is the one that is documented.
 */
import { type ZodType, z } from 'zod';
import type { ServedRoute } from './state.ts';

type Json = Record<string, unknown>;

const segments = (url: string): string[] => url.split('/').filter((part) => part !== '');

/** `hub.post.events.id.sign`: stable as long as the address is. */
const operationOf = (route: ServedRoute): string =>
  [route.capability, route.method.toLowerCase(), ...segments(route.path)]
    .map((part) => part.replace(/\W/g, ''))
    .join('.');

/**
 * A schema that refers into itself gets a base of its own, so that its references do not leave it.
 */
function jsonSchema(schema: ZodType, io: 'input' | 'output', base: string): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: json }) => {
      if (zodSchema._zod.def.type !== 'date') return;
      json.type = 'string';
      json.format = 'date-time';
    },
  }) as Json;
  return JSON.stringify(made).includes('"$ref"') ? { $id: `urn:guantong:${base}`, ...made } : made;
}

const asRecord = (value: unknown): Json => (typeof value === 'object' ? (value as Json) : {});

/** Params and query are objects: each property is one parameter. */
function parameters(route: ServedRoute, place: 'path' | 'query'): Json[] {
  const schema = place === 'path' ? route.params : route.query;
  if (schema === undefined) return [];
  const made = jsonSchema(schema, 'input', `${operationOf(route)}.${place}`);
  const required = Array.isArray(made.required) ? made.required : [];
  return Object.entries(asRecord(made.properties)).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
    ...(asRecord(property).description ? { description: asRecord(property).description } : {}),
  }));
}

function requestBody(route: ServedRoute): Json {
  if (route.multipart) {
    return { requestBody: { content: { 'multipart/form-data': { schema: { type: 'object' } } } } };
  }
  if (route.body === undefined) return {};
  const schema = jsonSchema(route.body, 'input', `${operationOf(route)}.body`);
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

function answers(route: ServedRoute): Json {
  const refusal = { $ref: '#/components/responses/Refusal' };
  if (route.response !== undefined) {
    const schema = jsonSchema(route.response, 'output', `${operationOf(route)}.answer`);
    const content = { 'application/json': { schema } };
    return { 200: { description: 'Done', content }, default: refusal };
  }
  const status = route.stream ? 200 : 204;
  return { [status]: { description: route.stream ? 'A stream' : 'Done' }, default: refusal };
}

const operation = (route: ServedRoute): Json => ({
  operationId: operationOf(route),
  tags: [route.capability],
  summary: route.summary.en,
  'x-summary-zh': route.summary.zh,
  'x-access': route.access,
  ...(route.access === 'public' ? { security: [] } : {}),
  parameters: [...parameters(route, 'path'), ...parameters(route, 'query')],
  ...requestBody(route),
  responses: answers(route),
});

const bilingual = {
  type: 'object',
  required: ['zh', 'en'],
  properties: { zh: { type: 'string' }, en: { type: 'string' } },
};

const fault = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' },
    message: bilingual,
    file: { type: 'string' },
    line: { type: 'integer' },
    row: { type: 'integer' },
    item: { type: 'string' },
  },
};

const refusalSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'status', 'faults'],
      properties: {
        code: { type: 'string', examples: ['kernel.bad_input'] },
        message: bilingual,
        status: { type: 'integer' },
        faults: { type: 'array', items: fault },
        requestId: { type: 'string' },
      },
    },
  },
};

const components = {
  schemas: { Refusal: refusalSchema },
  responses: {
    Refusal: {
      description: 'A refusal: one code, both languages, all faults at once',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
    },
  },
  securitySchemes: {
    session: { type: 'apiKey', in: 'cookie', name: 'gt_session' },
    client: { type: 'http', scheme: 'bearer' },
  },
};

/**
 * The whole document. Writes of a signed-in browser also carry `x-csrf-token`, see `GET
 * /api/auth/me`.
 */
export function openApi(routes: readonly ServedRoute[], title: string, version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ session: [] }, { client: [] }],
    paths,
    components,
  };
}
