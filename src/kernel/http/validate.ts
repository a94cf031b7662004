/** Input against the schemas of a route: everything wrong with it at once, in both languages. */
import type { FastifyRequest } from 'fastify';
import { type ZodError, type ZodType, z } from 'zod';
import { type Fault, kernelErrors } from '#kernel/errors';
import type { Route } from './route.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;

type Issue = ZodError['issues'][number];

/** A closed object names all its unknown keys in one issue; each becomes a fault of its own. */
const placesOf = (issue: Issue): PropertyKey[][] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];

const itemOf = (part: string, path: readonly PropertyKey[]): string =>
  [part, ...path.map(String)].join('.');

function faultsOf(part: string, schema: ZodType, value: unknown, error: ZodError): Fault[] {
  // The text of an issue is made while parsing, so the other language takes a second run.
  const again = schema.safeParse(value, { error: chinese });
  const inChinese = again.success ? [] : again.error.issues;
  return error.issues.flatMap((issue, at) =>
    placesOf(issue).map((path) => ({
      code: 'kernel.field',
      message: { zh: inChinese[at]?.message ?? issue.message, en: issue.message },
      item: itemOf(part, path),
    })),
  );
}

interface Parsed {
  value: unknown;
  faults: Fault[];
}

function parsePart(part: string, schema: ZodType | undefined, value: unknown): Parsed {
  if (schema === undefined) return { value: undefined, faults: [] };
  const parsed = schema.safeParse(value, { error: english });
  return parsed.success
    ? { value: parsed.data, faults: [] }
    : { value: undefined, faults: faultsOf(part, schema, value, parsed.error) };
}

/**
 * Parses params, query and body of a request.
 * @throws kernel.bad_input with one fault for each thing wrong, `item` as `query.limit`
 */
export function parseInput(
  route: Pick<Route, 'params' | 'query' | 'body'>,
  request: FastifyRequest,
): { params: unknown; query: unknown; body: unknown } {
  const params = parsePart('params', route.params, request.params);
  const query = parsePart('query', route.query, request.query);
  const body = parsePart('body', route.body, request.body);
  const faults = [...params.faults, ...query.faults, ...body.faults];
  if (faults.length > 0) throw kernelErrors.make('bad_input', { count: faults.length }, faults);
  return { params: params.value, query: query.value, body: body.value };
}
