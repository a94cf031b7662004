/** What people see of rules: what is in force, what it finds, what it would have found. */
import { getDataset } from '#catalogue';
import { read } from '#gate';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { scoreOf } from '#signals';
import { ruleErrors } from '../errors.ts';
import type { Backtest, Definition, Findings, RuleView, Run } from '../model.ts';
import * as store from '../store.ts';
import { find, versionOf } from './run.ts';

export const readPermission = 'rules.read';
export const managePermission = 'rules.manage';

async function ruleOf(ctx: Ctx, name: string): Promise<store.Rule> {
  const rule = await store.ruleByName(ctx, name);
  if (!rule) throw ruleErrors.make('not_found', { rule: name });
  return rule;
}

const toRun = ({ digest, failed_code, at, ...rest }: store.RunRow): Run => ({
  ...rest,
  at: at.toISOString(),
  version: digest.slice(0, 12),
  failed: failed_code,
});

/** Who acts on what a rule finds, where that is one unit. */
async function ownerOf(ctx: Ctx, { owner }: Definition): Promise<RuleView['owner']> {
  if ('column' in owner) return null;
  const code = 'unit' in owner ? owner.unit : (await getDataset(ctx, owner.dataset)).owner;
  return { code, name: (await findUnit(ctx, code))?.name ?? code };
}

async function toView(ctx: Ctx, rule: store.Rule): Promise<RuleView> {
  const { definition, name, pack, sql } = rule;
  const [last] = await store.runs(ctx, name, 1);
  return {
    rule: name,
    file: `${pack}/rules/${name}`,
    version: versionOf(rule),
    title: definition.title,
    says: definition.says,
    legalBasis: definition.legal_basis,
    source: definition.source,
    severity: definition.severity,
    subjectKind: definition.subject_kind,
    opens: definition.opens ?? null,
    confirm: definition.confirm,
    mode: definition.mode,
    reads: await store.readsOf(ctx, name),
    sql,
    subjects: await store.countSubjects(ctx, name),
    owner: await ownerOf(ctx, definition),
    mends: definition.mends ?? null,
    score: await scoreOf(ctx, `rules/${name}`),
    last: last ? toRun(last) : null,
  };
}

/** Rules in force, by name. */
export async function listRules(ctx: Ctx): Promise<RuleView[]> {
  requirePermission(ctx, readPermission);
  return Promise.all((await store.rules(ctx)).map((rule) => toView(ctx, rule)));
}

/** @throws rules.not_found */
export async function getRule(ctx: Ctx, name: string): Promise<RuleView> {
  requirePermission(ctx, readPermission);
  return toView(ctx, await ruleOf(ctx, name));
}

/**
 * The title of a rule that opens cases: whoever is given such a case is told what found it. Of a
 * rule that opens none nobody learns here that it is there. @throws rules.not_found
 */
export async function titleOf(ctx: Ctx, name: string): Promise<RuleView['title']> {
  requirePermission(ctx, 'cases.read');
  const { definition } = await ruleOf(ctx, name);
  if (definition.opens === undefined) throw ruleErrors.make('not_found', { rule: name });
  return definition.title;
}

/** Runs of a rule, newest first. @throws rules.not_found */
export async function runsOf(ctx: Ctx, name: string, limit: number): Promise<Run[]> {
  requirePermission(ctx, readPermission);
  await ruleOf(ctx, name);
  return (await store.runs(ctx, name, limit)).map(toRun);
}

async function rowsFor(
  ctx: Ctx,
  rule: store.Rule,
  page: { offset: number; limit: number; asOf?: Date | undefined },
): Promise<Findings> {
  const answer = await read(
    ctx,
    `with found_things as (
${rule.sql}
)
select * from found_things order by subject limit ${page.limit + 1} offset ${page.offset}`,
    { purpose: 'rule', action: 'rules.read', limit: page.limit + 1, asOf: page.asOf },
  );
  const more = answer.rows.length > page.limit;
  const columns = answer.columns.map((column) => {
    const title = rule.definition.columns?.[column.name];
    return title ? { ...column, title } : column;
  });
  return { ...answer, columns, rows: answer.rows.slice(0, page.limit), truncated: more, more };
}

/**
 * One page of what a rule finds now, as the asker may see it. @throws rules.not_found,
 * gate.not_granted
 */
export async function findingsOf(
  ctx: Ctx,
  name: string,
  page: { offset: number; limit: number },
): Promise<Findings> {
  requirePermission(ctx, readPermission);
  return rowsFor(ctx, await ruleOf(ctx, name), page);
}

/** Rows of a back-test that are shown. */
const shownRows = 50;

/**
 * Tries a rule on the snapshots of an earlier moment; raises nothing.
 * @throws auth.not_allowed, rules.not_found, gate.*, lake.*
 */
export async function backtest(
  ctx: Ctx,
  name: string,
  { asOf }: { asOf: Date },
): Promise<Backtest> {
  requirePermission(ctx, managePermission);
  const rule = await ruleOf(ctx, name);
  const { findings, answer } = await find(ctx, rule, asOf);
  const now = await store.subjects(ctx, name);
  const then = new Set(findings.map((finding) => finding.subject));
  const { more: _more, ...rows } = await rowsFor(ctx, rule, { offset: 0, limit: shownRows, asOf });
  return {
    asOf: asOf.toISOString(),
    subjects: findings.length,
    truncated: answer.truncated,
    fresh: [...then].filter((subject) => !now.has(subject)).length,
    gone: [...now.keys()].filter((subject) => !then.has(subject)).length,
    snapshots: answer.snapshots,
    rows,
  };
}
