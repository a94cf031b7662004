/** The rows of a derived dataset that a change of its sources touches, as trusted SQL. */
import { ident } from '#catalogue';
import { type Changes, type TreeNode, writeQuery } from '#kernel/lake';
import type { Shape } from './shape.ts';

/** A source at the snapshot the derived dataset was made from, and as it stands now. */
export interface Moved {
  name: string;
  before: string;
  after: string;
  changes: Changes | null;
}

export interface Delta {
  /** Rows to put in, with the query's own columns. */
  sql: string;
  /** Keys that may have to go. */
  touched: string;
}

interface Asked {
  sql: string;
  tree: TreeNode;
  shape: Exclude<Shape, { kind: 'whole' }>;
  sources: ReadonlyMap<string, Moved>;
}

const list = (names: readonly string[]): string => names.map(ident).join(', ');

/** The query over the sources as they stand, one of them narrowed. */
function over(asked: Asked, narrowed: ReadonlyMap<string, string>): string {
  const given = [...asked.sources.values()].map(
    ({ name, after }) =>
      `${ident(name)} as (select * from ${narrowed.get(name) ?? after} as given)`,
  );
  return `(with ${given.join(', ')} ${asked.sql})`;
}

/** Null when the changes of a source cannot be told. */
export async function deltaOf(asked: Asked): Promise<Delta | null> {
  if ([...asked.sources.values()].some(({ changes }) => changes === null)) return null;
  return asked.shape.kind === 'rows'
    ? rowsDelta(asked, asked.shape)
    : groupsDelta(asked, asked.shape);
}

/** Keys of the driver: those that changed, and those whose looked-up row changed. */
function rowsDelta(asked: Asked, shape: Extract<Shape, { kind: 'rows' }>): Delta | null {
  const driver = asked.sources.get(shape.driver);
  if (driver?.changes?.by !== 'key') return null;
  const key = driver.changes.key;
  const parts = [`select ${list(key)} from ${driver.changes.sql} as changed`];
  for (const { source, pairs } of shape.lookups) {
    const changes = asked.sources.get(source)?.changes;
    if (changes?.by !== 'key') return null;
    const same = pairs.map(({ from, key: other }) => `d.${ident(from)} = c.${ident(other)}`);
    parts.push(
      `select ${key.map((item) => `d.${ident(item)}`).join(', ')} from ${driver.after} as d
       semi join ${changes.sql} as c on ${same.join(' and ')}`,
    );
  }
  const keys = `(select distinct * from (${parts.join(' union all ')}))`;
  const narrowed = `(select * from ${driver.after} as d semi join ${keys} as k using (${list(key)}))`;
  const renamed = shape.keys.map(({ from, item }) => `${ident(from)} as ${ident(item)}`);
  return {
    sql: over(asked, new Map([[shape.driver, narrowed]])),
    touched: `(select ${renamed.join(', ')} from ${keys} as keys)`,
  };
}

/**
 * Groups that changed rows belong to or belonged to, before any HAVING; they are made again from
 * all their rows.
 */
async function groupsDelta(
  asked: Asked,
  shape: Extract<Shape, { kind: 'groups' }>,
): Promise<Delta | null> {
  const driver = asked.sources.get(shape.driver);
  if (!driver?.changes) return null;
  const { changes } = driver;
  const query = await markedQuery(asked.tree, shape);
  const marked = (rows: string): string =>
    `(with ${ident(driver.name)} as (select * from ${rows} as given) ${query})`;
  const sides =
    changes.by === 'row'
      ? [changes.sql]
      : [driver.before, driver.after].map(
          (side) =>
            `(select * from ${side} as s semi join ${changes.sql} as c using (${list(changes.key)}))`,
        );
  const named = shape.groups.map(({ item }, at) => `"#g${at}" as ${ident(item)}`).join(', ');
  const groups = sides.map((rows) => `select ${named} from ${marked(rows)} as g`);
  const touched = `(select distinct * from (${groups.join(' union all ')}))`;
  const marks = shape.groups.map((_, at) => `"#g${at}"`);
  const same = shape.groups.map(({ item }, at) => `m."#g${at}" = t.${ident(item)}`);
  const narrowed = `(select m.* exclude (${marks.join(', ')}) from ${marked(driver.after)} as m
    semi join ${touched} as t on ${same.join(' and ')})`;
  return { sql: over(asked, new Map([[shape.driver, narrowed]])), touched };
}

/** The rows of the driver, whole, each with what it is grouped by. */
async function markedQuery(
  tree: TreeNode,
  shape: Extract<Shape, { kind: 'groups' }>,
): Promise<string> {
  const statement = structuredClone(JSON.parse(JSON.stringify(tree))) as { node: TreeNode };
  const query = statement.node;
  const star = {
    class: 'STAR',
    type: 'STAR',
    alias: '',
    query_location: 0,
    relation_name: '',
    exclude_list: [],
    replace_list: [],
    columns: false,
    expr: null,
    qualified_exclude_list: [],
    rename_list: [],
  };
  query.select_list = [
    star,
    ...shape.groups.map(({ expression }, at) => ({ ...expression, alias: `#g${at}` })),
  ];
  query.group_expressions = [];
  query.group_sets = [];
  query.having = null;
  query.aggregate_handling = 'STANDARD_HANDLING';
  query.modifiers = [];
  return (await writeQuery(statement)).sql;
}
