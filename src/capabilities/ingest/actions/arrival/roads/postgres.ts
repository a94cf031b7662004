/** Tables of PostgreSQL and its family: a cursor inside one read-only snapshot. */
import { connectForeign, type Foreign } from '#kernel/db';
import type { DatabaseOptions } from '../../../model/source.ts';
import type { DatabaseDriver, Reached } from './database.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const tableOf = ({ schema, table }: DatabaseOptions): string =>
  schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;

/** Numbers of types in every PostgreSQL. */
const oids = { bool: 16, timestamptz: 1184 };

/** Text that means the same to any reader: yes and no in words, instants with their offset. */
function spelt(value: string | null, oid: number): string | null {
  if (value === null) return null;
  if (oid === oids.bool) return value === 't' ? 'true' : 'false';
  if (oid !== oids.timestamptz) return value;
  return value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

const connect = ({ address, options, password, connectMs }: Reached): Promise<Foreign> => {
  const { host: name, port = 5432, database, user, tls } = options;
  return connectForeign({ address, name, port, database, user, password, tls, connectMs });
};

interface Mark {
  where: string;
  values: string[];
  watermark: string | null;
}

/** The part of the table to read, by the type of the watermark column. */
async function markOf(
  far: Foreign,
  from: string,
  { column, overlap }: NonNullable<DatabaseOptions['watermark']>,
  since: string | null,
): Promise<Mark> {
  const name = quoted(column);
  const [found] = await far.rows(`select max(${name})::text as top from ${from}`);
  const top = found?.top ?? null;
  if (since === null) return { where: '', values: [], watermark: top };
  const [typed] = await far.rows(
    `select format_type(a.atttypid, null) as type, t.typcategory as category
     from pg_attribute a join pg_type t on t.oid = a.atttypid
     where a.attrelid = $1::regclass and a.attname = $2`,
    [from, column],
  );
  const backs: Record<string, string> = {
    D: ' - make_interval(secs => $2)',
    N: ' - $2::numeric',
  };
  const back = backs[typed?.category ?? ''] ?? '';
  const where = ` where ${name} >= $1::${typed?.type ?? 'text'}${back}`;
  const values = back === '' ? [since] : [since, String(overlap)];
  return { where, values, watermark: top ?? since };
}

async function columnsOf(far: Foreign, from: string): Promise<string[]> {
  const rows = await far.rows(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [from],
  );
  return rows.map(({ name }) => name ?? '');
}

async function* textOf(far: Foreign, text: string, values: string[]) {
  for await (const row of far.stream(text, values)) {
    yield row.values.map((value, at) => spelt(value, row.types[at] ?? 0));
  }
}

export const postgres: DatabaseDriver = {
  read: async (reached, since) => {
    const { options } = reached;
    const far = await connect(reached);
    reached.signal.addEventListener('abort', () => far.close(), { once: true });
    try {
      reached.signal.throwIfAborted();
      await far.rows(`set time zone 'UTC'`);
      await far.rows(`set datestyle = 'ISO'`);
      await far.rows('begin isolation level repeatable read read only');
      const from = tableOf(options);
      const columns = options.columns ?? (await columnsOf(far, from));
      const [guessed] = await far.rows(
        'select reltuples::bigint as n from pg_class where oid = $1::regclass',
        [from],
      );
      const guess = Number(guessed?.n ?? 0);
      const mark =
        options.watermark === undefined
          ? { where: '', values: [], watermark: null }
          : await markOf(far, from, options.watermark, since);
      const text = `select ${columns.map(quoted).join(', ')} from ${from}${mark.where}`;
      return {
        columns,
        guess: guess > 0 && since === null ? guess : null,
        watermark: mark.watermark,
        rows: textOf(far, text, mark.values),
        close: async () => far.close(),
      };
    } catch (error) {
      far.close();
      throw error;
    }
  },
};
