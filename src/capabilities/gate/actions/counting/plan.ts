/**
 * Queries that count what their reader may only count. A SELECT over one such dataset that groups
 * and filters by its permitted items, and asks counts, sums and means of whole items, is turned
 * into one whose every answer is null unless it is made of whole blocks (`blocks.ts`); what has
 * another form is refused. Whatever stands around it works on its answer, and can tell no more.
 */
import type { Fault } from '#kernel/errors';
import { aggregateFunctions, parseQuery, type TreeNode } from '#kernel/lake';
import { gateErrors } from '../../errors.ts';
import { barrier } from '../bind.ts';
import { node, nodes, ordinalOf, text, texts } from '../lineage/tree.ts';
import { blockFactor, type Measure, markOf } from './blocks.ts';

/** What a reader may do with a dataset of which he may count items. */
export interface Form {
  dataset: string;
  /** Name of the relation that carries the blocks; nobody can write it. */
  relation: string;
  /** Items he may group and filter by. */
  by: readonly string[];
  /** Items of which he may ask counts, sums and means. */
  measured: readonly string[];
  /** Items he has in no other way: a query that names one counts. */
  hidden: ReadonlySet<string>;
  /** He sees no item of it in another way. */
  isOnlyCounted: boolean;
}

export interface Plan {
  tree: TreeNode;
  faults: Fault[];
  /** What is asked of each dataset that is counted; the place is the number of its mark. */
  measures: ReadonlyMap<string, readonly Measure[]>;
}

/** What tells of one row alone is not among them: the least, the first, a list. */
const told: ReadonlySet<string> = new Set(['count', 'count_star', 'sum', 'avg', 'mean']);

/** What makes a group of an item without ever failing: a failure would tell that there is a row. */
const grouping: ReadonlySet<string> = new Set(
  'left substr substring lower upper trim year quarter month day date_trunc strftime coalesce'.split(
    ' ',
  ),
);

/** An item, or a total function of items and constants. */
function isTotal(tree: TreeNode): boolean {
  if (tree.class === 'COLUMN_REF' || tree.class === 'CONSTANT') return true;
  const isCall = tree.class === 'FUNCTION' && grouping.has(fold(text(tree.function_name)));
  const isCoalesce = tree.type === 'OPERATOR_COALESCE';
  return (isCall || isCoalesce) && nodes(tree.children).every(isTotal);
}

const queryTypes: ReadonlySet<string> = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
]);

const refusedClasses: ReadonlyMap<string, string> = new Map([
  ['WINDOW', 'OVER'],
  ['SUBQUERY', '(SELECT …)'],
  ['LAMBDA', 'lambda'],
  ['STAR', '*'],
  ['POSITIONAL_REFERENCE', '#1'],
]);

const fold = (name: string): string => name.toLowerCase();

/** A number in the engine's own spelling is an object without a prototype: it stays as it is. */
function plain(value: unknown): TreeNode | null {
  const tree = node(value);
  return tree === null || Object.getPrototypeOf(tree) === null ? null : tree;
}

function mapped(value: unknown, each: (tree: TreeNode) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, each));
  const tree = plain(value);
  return tree === null ? value : each(tree);
}

const keysMapped = (tree: TreeNode, each: (tree: TreeNode) => unknown): TreeNode =>
  Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mapped(value, each)]));

const isAggregate = (tree: TreeNode): boolean =>
  tree.class === 'FUNCTION' && aggregateFunctions.has(fold(text(tree.function_name)));

/** Whether anything under it, but for queries inside, is so. */
function some(value: unknown, is: (tree: TreeNode) => boolean): boolean {
  if (Array.isArray(value)) return value.some((one) => some(one, is));
  const tree = plain(value);
  if (tree === null || queryTypes.has(text(tree.type))) return false;
  return is(tree) || Object.values(tree).some((one) => some(one, is));
}

/** Parts of the tree that the engine's own parser writes. */
interface Pieces {
  guarded: TreeNode;
  attempt: TreeNode;
  /** A limit that cuts nothing: conditions from outside are not moved through it. */
  limit: TreeNode;
}

let pieces: Promise<Pieces> | undefined;

async function parsePieces(): Promise<Pieces> {
  const mark = `"${markOf(0)}"`;
  // A row without its mark is told to nobody: it must not stand in for one that is missing.
  const { tree } = await parseQuery(`select case when count(${mark}) = count(*)
    and sum(distinct ${mark}) % ${blockFactor} = count(*) then 1 end
    from t where try(true)${barrier}`);
  const select = node(tree.node);
  const guarded = nodes(select?.select_list)[0];
  const attempt = node(select?.where_clause);
  const limit = nodes(select?.modifiers)[0];
  if (!guarded || !attempt || !limit) {
    throw new Error('the engine parses otherwise than before');
  }
  return { guarded, attempt, limit };
}

class Planner {
  readonly faults: Fault[] = [];
  readonly measures: Map<string, Measure[]> = new Map();
  readonly #forms: ReadonlyMap<string, Form>;
  readonly #pieces: Pieces;

  constructor(forms: readonly Form[], parsed: Pieces) {
    this.#forms = new Map(forms.map((form) => [fold(form.dataset), form]));
    this.#pieces = parsed;
  }

  /** Any part of the tree: queries in it are planned, with the names of WITH in scope. */
  any(tree: TreeNode, scope: ReadonlySet<string>): TreeNode {
    if (queryTypes.has(text(tree.type))) return this.query(tree, scope);
    return keysMapped(tree, (part) => this.any(part, scope));
  }

  private query(tree: TreeNode, outer: ReadonlySet<string>): TreeNode {
    const scope = new Set(outer);
    const map = nodes(node(tree.cte_map)?.map).map((entry) => {
      const planned = this.any(entry, scope);
      scope.add(fold(text(entry.key)));
      return planned;
    });
    const cte_map = node(tree.cte_map) ? { ...node(tree.cte_map), map } : tree.cte_map;
    const form = this.formOf(tree, scope);
    if (form) return { ...this.block(tree, form), cte_map };
    if (tree.type === 'RECURSIVE_CTE_NODE') scope.add(fold(text(tree.cte_name)));
    const rest = Object.entries(tree).filter(([key]) => key !== 'cte_map');
    const planned = rest.map(([key, value]) => [
      key,
      mapped(value, (part) => this.any(part, scope)),
    ]);
    return { ...Object.fromEntries(planned), cte_map };
  }

  /** The form a SELECT has to have: it reads one dataset, and names what may only be counted. */
  private formOf(tree: TreeNode, scope: ReadonlySet<string>): Form | null {
    const from = node(tree.from_table);
    if (tree.type !== 'SELECT_NODE' || from?.type !== 'BASE_TABLE') return null;
    const name = fold(text(from.table_name));
    const form = scope.has(name) ? undefined : this.#forms.get(name);
    if (!form) return null;
    const { cte_map: _, from_table: __, ...parts } = tree;
    const names = (part: TreeNode): boolean =>
      part.class === 'COLUMN_REF' &&
      texts(part.column_names).some((each) => form.hidden.has(fold(each)));
    return form.isOnlyCounted || some(Object.values(parts), names) ? form : null;
  }

  private block(tree: TreeNode, form: Form): TreeNode {
    const from = node(tree.from_table) ?? {};
    const list = nodes(tree.select_list);
    const groups = nodes(tree.group_expressions);
    const refused: [boolean, string][] = [
      [node(from.sample) !== null || node(tree.sample) !== null, 'SAMPLE'],
      [texts(from.column_name_alias).length > 0, 'AS t(…)'],
      [node(tree.qualify) !== null, 'QUALIFY'],
      [groups.length === 0 && !some(list, isAggregate), 'SELECT … FROM'],
    ];
    for (const [is, what] of refused) if (is) this.refuse('counting_form', { what });
    if (!targetsOf(tree, list, groups).every(isTotal)) this.refuse('counting_group', {});
    const table = text(from.alias) || text(from.table_name);
    const names = new Set(list.map(({ alias }) => fold(text(alias))).filter((each) => each !== ''));
    const at: Place = { form, table, names, isBefore: true };
    const after: Place = { ...at, isBefore: false };
    const asked = node(tree.having);
    const having = asked && this.expression(asked, after);
    return {
      ...tree,
      from_table: { ...from, table_name: form.relation, alias: table },
      select_list: list.map((item, nth) => this.selected(item, nth, after)),
      where_clause: this.attempted(node(tree.where_clause), at),
      group_expressions: groups.map((group) => this.expression(group, at)),
      having: groups.length === 0 ? having : held(this.whole(at, null), having),
      modifiers: [
        ...nodes(tree.modifiers).map((part) => this.expression(part, after)),
        ...(isCut(tree) ? [] : [this.#pieces.limit]),
      ],
    };
  }

  /** A condition that fails on a row would tell that there is such a row. */
  private attempted(where: TreeNode | null, at: Place): TreeNode | null {
    if (where === null) return null;
    return { ...this.#pieces.attempt, children: [this.expression(where, at)] };
  }

  /** What it is called stays as it was asked. */
  private selected(item: TreeNode, nth: number, at: Place): TreeNode {
    const planned = this.expression(item, at);
    if (text(item.alias) !== '' || item.class === 'COLUMN_REF') return planned;
    const [argument] = nodes(item.children);
    const called = isAggregate(item)
      ? [text(item.function_name).replace('_star', ''), texts(argument?.column_names).at(-1)]
      : ['value', String(nth + 1)];
    return { ...planned, alias: called.filter((part) => part !== undefined).join('_') };
  }

  private expression(tree: TreeNode, at: Place): TreeNode {
    const what = refusedClasses.get(text(tree.class));
    if (what !== undefined) return this.refuse('counting_form', { what }, tree);
    if (tree.class === 'COLUMN_REF') return this.named(tree, at);
    if (isAggregate(tree)) return this.aggregate(tree, at);
    return keysMapped(tree, (part) => this.expression(part, at));
  }

  private named(tree: TreeNode, at: Place): TreeNode {
    const { form, names } = at;
    const name = itemOf(tree, at);
    if (name !== null && form.by.includes(name)) return tree;
    const isItem = name !== null && (form.hidden.has(name) || form.measured.includes(name));
    if (name !== null && names.has(name) && !(at.isBefore && isItem)) return tree;
    const item = texts(tree.column_names).join('.');
    const { dataset, by } = form;
    return this.refuse('counting_item', { item, dataset, by: by.join(', ') || '-' }, tree);
  }

  private aggregate(tree: TreeNode, at: Place): TreeNode {
    const name = fold(text(tree.function_name));
    const [argument, another] = nodes(tree.children);
    const isWhole = argument === undefined || argument.class === 'COLUMN_REF';
    const isOdd =
      node(tree.filter) !== null ||
      nodes(node(tree.order_bys)?.orders).length > 0 ||
      (tree.distinct === true && name !== 'count');
    if (!told.has(name) || !isWhole || another !== undefined || isOdd) {
      return this.refuse('counting_aggregate', { name }, tree);
    }
    const item = argument === undefined ? null : itemOf(argument, at);
    if (argument !== undefined && (item === null || !at.form.measured.includes(item))) {
      const asked = texts(argument.column_names).join('.');
      const { dataset } = at.form;
      return this.refuse('counting_measure', { item: asked, dataset }, tree);
    }
    const guarded = this.whole(at, item);
    const [check] = nodes(guarded.case_checks);
    const case_checks = [{ ...check, then_expr: { ...tree, alias: '' } }];
    return { ...guarded, case_checks, alias: text(tree.alias) };
  }

  /** `case when <the group is made of whole blocks> then 1 end`. */
  private whole({ form, table }: Place, item: Measure): TreeNode {
    const asked = this.measures.get(form.dataset) ?? [];
    this.measures.set(form.dataset, asked);
    const known = asked.indexOf(item);
    const at = known === -1 ? asked.push(item) - 1 : known;
    const mark = (tree: TreeNode): TreeNode =>
      tree.class === 'COLUMN_REF'
        ? { ...tree, column_names: [table, markOf(at)] }
        : keysMapped(tree, mark);
    return mark(this.#pieces.guarded);
  }

  private refuse(
    key:
      | 'counting_form'
      | 'counting_group'
      | 'counting_item'
      | 'counting_aggregate'
      | 'counting_measure',
    params: Record<string, string>,
    tree: TreeNode = {},
  ): TreeNode {
    const at = { item: params.item ?? params.name ?? params.what ?? '' };
    const fault = gateErrors.fault(key, at, params);
    const isKnown = this.faults.some(({ code, item }) => code === fault.code && item === at.item);
    if (!isKnown) this.faults.push(fault);
    return tree;
  }
}

/** Where in a SELECT a name stands. */
interface Place {
  form: Form;
  table: string;
  /** Names its list gives. */
  names: ReadonlySet<string>;
  /** Before rows are put together: an item comes before a name of the list. */
  isBefore: boolean;
}

/** The item a name stands for; null when it has more parts than a table and an item. */
function itemOf(tree: TreeNode, { table }: Place): string | null {
  const names = texts(tree.column_names).map(fold);
  if (names.length === 1) return names[0] ?? null;
  return names.length === 2 && names[0] === fold(table) ? (names[1] ?? null) : null;
}

const isCut = (tree: TreeNode): boolean =>
  nodes(tree.modifiers).some(({ type }) => text(type).startsWith('LIMIT'));

/** What rows are grouped by: places and names of the list stand for what is there. */
function targetsOf(
  tree: TreeNode,
  list: readonly TreeNode[],
  groups: readonly TreeNode[],
): TreeNode[] {
  const named = new Map(list.map((item) => [fold(text(item.alias)), item]));
  const all = tree.aggregate_handling === 'FORCE_AGGREGATES';
  const others = all ? list.filter((item) => !some(item, isAggregate)) : [];
  const asked = groups.map((group) => {
    const at = ordinalOf(group);
    if (at !== null) return list[at - 1] ?? group;
    const [name, more] = texts(group.column_names);
    const item = more === undefined && name !== undefined ? named.get(fold(name)) : undefined;
    return item ?? group;
  });
  return [...asked, ...others];
}

/** The guard as a condition; what was asked besides is looked at on whole groups only. */
function held(guard: TreeNode, having: TreeNode | null): TreeNode {
  const [check] = nodes(guard.case_checks);
  if (having === null) return node(check?.when_expr) ?? guard;
  return { ...guard, case_checks: [{ ...check, then_expr: having }] };
}

/** Plans every query in a checked tree; the tree itself is left as it is. */
export async function planCounting(tree: TreeNode, forms: readonly Form[]): Promise<Plan> {
  pieces ??= parsePieces();
  const planner = new Planner(forms, await pieces);
  const planned = planner.any(tree, new Set());
  return { tree: planned, faults: planner.faults, measures: planner.measures };
}
