/**
 * What packs declare: one file is one rule, YAML in the leading comment, then SQL that runs as it
 * is.
 */
import { checkSql } from '#gate';
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import { parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { ruleErrors } from './errors.ts';
import { type Definition, definition } from './model.ts';
import * as store from './store.ts';

/** Columns every rule gives; the others are evidence. */
export const columnsGiven = ['subject', 'unit'] as const;

type RuleFile = PackFile<Definition>;

const at = (file: RuleFile, path: string[]) => {
  const line = file.lineOf(path);
  return { file: file.file, item: path.join('.'), ...(line === undefined ? {} : { line }) };
};

function ownerFaults(file: RuleFile, index: PackIndex): Fault[] {
  const { owner } = file.data;
  if ('unit' in owner && !unitKnown(index, owner.unit)) {
    return [ruleErrors.fault('no_unit', at(file, ['owner', 'unit']), { unit: owner.unit })];
  }
  return 'dataset' in owner ? datasetFaults(file, index, ['owner', 'dataset'], owner.dataset) : [];
}

const datasetFaults = (
  file: RuleFile,
  index: PackIndex,
  path: string[],
  dataset: string | undefined,
): Fault[] =>
  dataset === undefined || index.find('datasets', dataset, file)
    ? []
    : [ruleErrors.fault('no_dataset', at(file, path), { dataset })];

function referenceFaults(file: RuleFile, index: PackIndex): Fault[] {
  const { opens, mends } = file.data;
  const type =
    opens === undefined || index.find('cases', opens, file)
      ? []
      : [ruleErrors.fault('no_case_type', at(file, ['opens']), { type: opens })];
  const other = index.all('rules').find((each) => each.name === file.name);
  const twice =
    other && other.pack !== file.pack
      ? [ruleErrors.fault('twice', { file: file.file }, { name: file.name, pack: other.pack })]
      : [];
  return [
    ...type,
    ...twice,
    ...datasetFaults(file, index, ['mends'], mends),
    ...ownerFaults(file, index),
  ];
}

/** Columns the words and the owner take from the SQL. */
function columnsOf({ says, owner }: Definition): string[] {
  const words = [...`${says.zh} ${says.en}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return [...new Set([...columnsGiven, ...words, ...('column' in owner ? [owner.column] : [])])];
}

export const rulesKind: PackKind = {
  name: 'rules',
  title: { zh: '监督模型', en: 'Rules' },
  format: 'sql',
  schema: definition,
  after: ['datasets', 'cases', 'units'],
  async check(given, index) {
    const file = given as RuleFile;
    // Evidence travels in signals and cases, past the gate: what it holds must be no more than low.
    const faults = await checkSql(file, index, {
      columns: columnsOf(file.data),
      highestGrade: 'L2',
    });
    return [...faults, ...referenceFaults(file, index)];
  },
  async apply(ctx, given) {
    const file = given as RuleFile;
    const text = file.sql ?? '';
    const { relations } = await parseQuery(text);
    const { name, pack, digest, data } = file;
    await store.saveRule(ctx, { name, pack, definition: data, sql: text, digest }, relations);
    await publish(ctx, 'rule.declared', { rule: name });
  },
  async remove(ctx, { pack, name }) {
    const rule = await store.ruleByName(ctx, name);
    if (rule?.pack !== pack) return;
    await store.removeRule(ctx, pack, name);
    const kind = rule.definition.subject_kind;
    await publish(ctx, 'rule.withdrawn', { rule: name, kind });
  },
};
