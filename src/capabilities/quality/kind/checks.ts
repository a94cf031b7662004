/** The section `set_checks` of a dataset and the kind `checks`: checks with a name. */
import type { Grade } from '#catalogue';
import { checkSql, traceQuery } from '#gate';
import { type Fault, GuantongError } from '#kernel/errors';
import { publish } from '#kernel/events';
import { parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex, PackKind, PackSection } from '#kernel/packs';
import { qualityErrors } from '../errors.ts';
import { type NamedCheck, namedCheck, type SetCheck, setChecks } from '../model.ts';
import * as store from '../store.ts';
import {
  type CompiledCheck,
  compileCheck,
  foundSql,
  hasRows,
  type NamedSql,
  type SetShape,
} from './compile.ts';
import { itemsOf } from './words.ts';

interface DatasetData {
  key?: string[];
  unit_item?: string;
  items: Record<string, { grade: Grade }>;
  set_checks?: Record<string, SetCheck>;
}

const dataOf = (file: PackFile): DatasetData => file.data as DatasetData;

const shapeOf = (file: PackFile): SetShape => ({
  name: file.name,
  key: dataOf(file).key ?? [],
  unitItem: dataOf(file).unit_item ?? null,
});

type Path = (string | number)[];

const placed = (file: PackFile, path: Path) => {
  const line = file.lineOf(path);
  return { file: file.file, item: path.join('.'), ...(line === undefined ? {} : { line }) };
};

/** The named check a check points at. */
function namedOf(file: PackFile, index: PackIndex, check: SetCheck): NamedSql | undefined {
  if (check.kind !== 'named') return undefined;
  const found = index.find('checks', check.check, file);
  return found && { declared: found.data as NamedCheck, sql: found.sql ?? '' };
}

function itemFaults(file: PackFile, name: string, check: SetCheck): Fault[] {
  const { items } = dataOf(file);
  const path = ['set_checks', name];
  const used = [...itemsOf(check), ...(check.item === undefined ? [] : [check.item])];
  const unknown = [...new Set(used)].filter((item) => !(item in items));
  const faults = unknown.map((item) =>
    qualityErrors.fault('unknown_item', placed(file, path), { item, check: name }),
  );
  // Values seen are kept as a profile beside the gate: they must be no more than low.
  const grade = check.kind === 'drift' ? items[check.of]?.grade : undefined;
  if (grade !== undefined && grade > 'L2') {
    faults.push(qualityErrors.fault('drift_grade', placed(file, path), { check: name, grade }));
  }
  if (hasRows(check) && (dataOf(file).key ?? []).length === 0) {
    faults.push(qualityErrors.fault('no_key', placed(file, path), { check: name }));
  }
  return faults;
}

function referenceFaults(file: PackFile, index: PackIndex, name: string, check: SetCheck): Fault[] {
  const path = ['set_checks', name];
  if (check.kind === 'named') {
    const named = namedOf(file, index, check);
    if (named === undefined) {
      const params = { check: name, name: check.check };
      return [qualityErrors.fault('no_named', placed(file, [...path, 'check']), params)];
    }
    const wanted = Object.keys(named.declared.columns);
    const wrong = [
      ...wanted.filter((column) => check.with[column] === undefined),
      ...Object.keys(check.with).filter((column) => !wanted.includes(column)),
    ];
    return wrong.map((column) =>
      qualityErrors.fault('named_columns', placed(file, [...path, 'with']), {
        check: name,
        column,
      }),
    );
  }
  const sides =
    check.kind === 'unique'
      ? (check.also ?? []).map(({ items }) => items)
      : check.kind === 'reference' && 'dataset' in check.to
        ? [check.to.items]
        : [];
  const most = check.kind === 'reference' && 'units' in check.to ? 1 : null;
  const own = 'items' in check ? check.items.length : 0;
  const uneven = sides.some((items) => items.length !== own) || (most !== null && own !== most);
  return uneven ? [qualityErrors.fault('uneven', placed(file, path), { check: name })] : [];
}

/** Whether the SQL of a check gives a column. */
export async function columnsGiven(sql: string): Promise<ReadonlySet<string>> {
  const { tree } = await parseQuery(sql);
  const columns = traceQuery(tree, new Map()).columns ?? [];
  return new Set(columns.flatMap(({ name }) => (name === null ? [] : [name])));
}

async function sqlFaults(
  file: PackFile,
  index: PackIndex,
  name: string,
  compiled: CompiledCheck,
): Promise<Fault[]> {
  const path = ['set_checks', name];
  const asked = { ...file, sqlLine: file.lineOf(path) ?? 1 };
  const place = (faults: Fault[]): Fault[] =>
    faults.map((fault) => ({
      ...fault,
      ...placed(file, [...path, ...(fault.item ?? '').split(' ')]),
    }));
  const counted = await checkSql({ ...asked, sql: foundSql(compiled) }, index, { columns: [] });
  if (counted.length > 0) return place(counted);
  if (!(await columnsGiven(compiled.found)).has('expected')) return [];
  // What is expected travels in lists beside the gate.
  const { before, found } = compiled;
  const sql = `with ${before === '' ? '' : `${before}, `}found as (${found}) select expected from found`;
  return place(
    await checkSql({ ...asked, sql }, index, { columns: ['expected'], highestGrade: 'L2' }),
  );
}

async function faultsOf(
  file: PackFile,
  index: PackIndex,
  name: string,
  check: SetCheck,
): Promise<Fault[]> {
  const faults = [...itemFaults(file, name, check), ...referenceFaults(file, index, name, check)];
  if (faults.length > 0) return faults;
  const compiled = compileCheck(shapeOf(file), check, namedOf(file, index, check));
  return compiled === null ? [] : sqlFaults(file, index, name, compiled);
}

export const setChecksSection: PackSection = {
  kind: 'datasets',
  key: 'set_checks',
  schema: setChecks,
  async check(file, index) {
    const checks = Object.entries(dataOf(file).set_checks ?? {});
    const found = await Promise.all(
      checks.map(([name, check]) => faultsOf(file, index, name, check)),
    );
    return found.flat();
  },
  async apply(ctx, file) {
    const checks = Object.entries(dataOf(file).set_checks ?? {});
    await store.saveChecks(ctx, { dataset: file.name, pack: file.pack }, checks);
    await publish(ctx, 'quality.declared', { datasets: [file.name] });
  },
  async remove(ctx, { pack, name }) {
    await store.saveChecks(ctx, { dataset: name, pack }, []);
    await publish(ctx, 'quality.declared', { datasets: [name] });
  },
};

/** Faults of the SQL itself; items and grades are looked at where it is used. */
async function namedFaults(file: PackFile<NamedCheck>): Promise<Fault[]> {
  const sql = file.sql ?? '';
  const at = { file: file.file, line: file.sqlLine ?? 1 };
  try {
    const { relations } = await parseQuery(sql, { line: file.sqlLine ?? 1 });
    const given = await columnsGiven(sql);
    const faults = relations.includes('checked')
      ? []
      : [qualityErrors.fault('named_reads', at, { check: file.name })];
    if (given.size > 0 && !given.has('row_key')) {
      faults.push(qualityErrors.fault('named_gives', at, { check: file.name }));
    }
    return faults;
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    const { code, text, faults } = error;
    const all = faults.length > 0 ? faults : [{ code, message: text }];
    return all.map((fault) => ({ ...at, ...fault }));
  }
}

export const checksKind: PackKind = {
  name: 'checks',
  title: { zh: '公用质量规则', en: 'Named checks' },
  format: 'sql',
  schema: namedCheck,
  check: (file) => namedFaults(file as PackFile<NamedCheck>),
  async apply(ctx, file) {
    const { name, pack, digest, sql = '' } = file;
    await store.saveNamed(ctx, { name, pack, digest, sql, declared: file.data as NamedCheck });
    await publish(ctx, 'quality.declared', { datasets: await store.usersOfNamed(ctx, name) });
  },
  remove: (ctx, file) => store.removeNamed(ctx, file),
};
