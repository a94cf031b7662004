/**
 * A body that fits a route's schema, made from the schema alone: for routes nobody wrote one for.
 */
import { randomUUID } from 'node:crypto';
import { type ZodType, z } from 'zod';

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | boolean;
  minItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  format?: string;
  pattern?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
}

/** Of the formats a schema names. */
const formats: Record<string, () => string> = {
  uuid: randomUUID,
  date: () => '2026-10-01',
  'date-time': () => '2026-10-01T00:00:00Z',
  email: () => 'nobody@example.org',
  uri: () => 'https://example.org/',
};

function textOf({ format, pattern = '', minLength = 0, maxLength = 1000 }: Schema): string {
  const made = format === undefined ? undefined : formats[format]?.();
  if (made !== undefined) return made;
  // Numbers, hashes and names are what patterns ask for; the first that fits is taken.
  const tries = ['1', 'v1', 'a', 'one', '2026-10', 'a'.repeat(64), 'a'.repeat(32), 'a:b'];
  const fits = tries.find(
    (text) => text.length >= minLength && text.length <= maxLength && RegExp(pattern).test(text),
  );
  return fits ?? '样例 example'.padEnd(minLength, '.');
}

/** One value that fits. Optional fields are left out; `known` fills those it names. */
function oneOf(schema: Schema, known: Readonly<Record<string, unknown>>): unknown {
  const [first] = schema.examples ?? [];
  if (schema.const !== undefined) return schema.const;
  if (schema.example !== undefined) return schema.example;
  if (first !== undefined) return first;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice?.[0] !== undefined) return oneOf(choice[0], known);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') {
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [
        name,
        known[name] ?? oneOf(schema.properties?.[name] ?? {}, known),
      ]),
    );
  }
  if (type === 'array') {
    const item = typeof schema.items === 'object' ? schema.items : {};
    return Array.from({ length: schema.minItems ?? 0 }, () => oneOf(item, known));
  }
  if (type === 'integer' || type === 'number') {
    return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
  }
  if (type === 'boolean') return true;
  return type === 'null' ? null : textOf(schema);
}

/** A value the schema takes, as far as the schema alone can tell. */
export const exampleOf = (
  schema: ZodType,
  known: Readonly<Record<string, unknown>> = {},
): unknown =>
  oneOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, known);

/** The same with one field of another kind: a refusal that has to say what it got. */
export function spoilt(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [body];
  const [first] = Object.keys(body);
  if (first === undefined) return { unknown: 'field' };
  const value = (body as Record<string, unknown>)[first];
  return { ...body, [first]: typeof value === 'string' ? { not: value } : 'not this' };
}
