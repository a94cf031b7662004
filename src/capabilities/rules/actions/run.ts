/** Runs rules: their SQL over whole datasets, then signals for what is new, changed or gone. */
import { createHash, randomUUID } from 'node:crypto';
import { getDataset } from '#catalogue';
import { type Materialised, materialise } from '#gate';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { findUnit } from '#organisation';
import { clear, raise, stillSo } from '#signals';
import type { Ticket } from '#signals/model';
import { ruleErrors } from '../errors.ts';
import * as store from '../store.ts';

/** One row of a rule: a subject, where it lies, and the facts. */
export interface Finding {
  subject: string;
  unit: string | null;
  evidence: Record<string, unknown>;
}

/** The version of a rule as signals carry it. */
export const versionOf = (rule: store.Rule): string => rule.digest.slice(0, 12);

const inOwnName = (ctx: Ctx): Ctx => ({ ...ctx, actor: systemActor('rules') });

function toFindings({ columns, rows }: Materialised): Finding[] {
  return rows.map((row) => {
    const named = Object.fromEntries(columns.map((column, at) => [column.name, row[at]]));
    const { subject, unit, ...evidence } = named;
    return {
      subject: String(subject),
      unit: unit === null || unit === undefined ? null : String(unit),
      evidence,
    };
  });
}

/**
 * What a rule finds as of a moment (now when absent). @throws rules.too_many, rules.subject_twice,
 * gate.*, lake.*
 */
export async function find(
  ctx: Ctx,
  rule: store.Rule,
  asOf?: Date,
): Promise<{ findings: Finding[]; answer: Materialised }> {
  const limit = ctx.settings.rule_subject_limit;
  const answer = await materialise(inOwnName(ctx), {
    by: `rules/${rule.name}`,
    sql: rule.sql,
    asOf,
    limit,
  });
  return { findings: toFindings(answer), answer };
}

/** A rule that finds this much, or one thing twice, is wrong itself: better silent than a flood. */
function refuseFlood(ctx: Ctx, findings: readonly Finding[], truncated: boolean): void {
  if (truncated) throw ruleErrors.make('too_many', { limit: ctx.settings.rule_subject_limit });
  const distinct = new Set(findings.map((finding) => finding.subject));
  if (distinct.size !== findings.length) throw ruleErrors.make('subject_twice');
}

/**
 * A finding of a trial is another than one that was raised: an activated rule raises what it knew
 * before.
 */
const digestOf = ({ definition }: store.Rule, finding: Finding): string =>
  `${definition.mode}:${createHash('sha256').update(JSON.stringify(finding)).digest('hex')}`;

const filled = (text: string, finding: Finding): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'subject') return finding.subject;
    const value = finding.evidence[name];
    return value === undefined ? whole : String(value ?? '-');
  });

async function ownerOf(ctx: Ctx, rule: store.Rule, finding: Finding): Promise<string> {
  const { owner } = rule.definition;
  if ('unit' in owner) return owner.unit;
  if ('dataset' in owner) return (await getDataset(ctx, owner.dataset)).owner;
  return String(finding.evidence[owner.column] ?? ctx.settings.county_code);
}

/** A code nobody knows must not stop the rule: the thing then lies in the district. */
async function knownUnit(ctx: Ctx, code: string | null): Promise<string> {
  const unit = code === null ? undefined : await findUnit(ctx, code);
  return unit?.code ?? ctx.settings.county_code;
}

async function raiseFinding(
  ctx: Ctx,
  rule: store.Rule,
  finding: Finding,
  ticket: Ticket | undefined,
): Promise<void> {
  const { definition } = rule;
  const { mends, opens, says } = definition;
  await raise(ctx, {
    source: `rules/${rule.name}`,
    version: versionOf(rule),
    subject: { kind: definition.subject_kind, id: finding.subject },
    severity: definition.severity,
    title: { zh: filled(says.zh, finding), en: filled(says.en, finding) },
    evidence: { ...(mends === undefined ? {} : { dataset: mends }), ...finding.evidence },
    unit: await knownUnit(ctx, finding.unit),
    owner: await knownUnit(ctx, await ownerOf(ctx, rule, finding)),
    ...(opens === undefined ? {} : { opens }),
    confirm: definition.confirm === 'auto',
    ...(ticket === undefined ? {} : { ticket }),
  });
}

/** A finding and the department that has to act. */
interface Owed {
  finding: Finding;
  owner: string;
}

/** The item that is wrong, where it is the same in all rows. */
function sameItem(owed: readonly Owed[]): { item?: unknown } {
  const [item, ...others] = new Set(owed.map(({ finding }) => finding.evidence.item));
  return item === undefined || others.length > 0 ? {} : { item };
}

/**
 * Rows of one dataset that one run finds at one department are one ticket, by the code of the
 * department; one row alone is its own.
 */
async function ticketsOf(
  ctx: Ctx,
  { name, definition }: store.Rule,
  owed: readonly Owed[],
): Promise<Map<string, Ticket>> {
  const { mends, opens, title } = definition;
  if (mends === undefined || opens === undefined) return new Map();
  const dataset = await getDataset(ctx, mends);
  const tickets = new Map<string, Ticket>();
  for (const [owner, own] of Map.groupBy(owed, (one) => one.owner)) {
    if (own.length < 2) continue;
    tickets.set(owner, {
      id: `rules/${name}/${randomUUID()}`,
      title: {
        zh: `${dataset.title.zh}：${title.zh}，共 ${own.length} 条`,
        en: `${dataset.title.en}: ${title.en}, ${own.length} records`,
      },
      subject: { kind: 'dataset', id: mends },
      evidence: { dataset: mends, rows: own.length, ...sameItem(own) },
    });
  }
  return tickets;
}

async function raiseAll(ctx: Ctx, rule: store.Rule, { fresh, changed }: Delta): Promise<void> {
  const owed: Owed[] = [];
  for (const finding of fresh) owed.push({ finding, owner: await ownerOf(ctx, rule, finding) });
  const tickets = await ticketsOf(ctx, rule, owed);
  for (const { finding, owner } of owed) await raiseFinding(ctx, rule, finding, tickets.get(owner));
  for (const finding of changed) await raiseFinding(ctx, rule, finding, undefined);
}

const clearSubject = (ctx: Ctx, rule: string, kind: string, id: string) =>
  clear(ctx, { source: `rules/${rule}`, subject: { kind, id } });

interface Delta {
  fresh: Finding[];
  changed: Finding[];
  gone: string[];
}

function compare(
  rule: store.Rule,
  findings: readonly Finding[],
  known: Map<string, store.SubjectRow>,
): Delta {
  const now = new Set(findings.map((finding) => finding.subject));
  // What a trial found was never raised: it is as new as what nobody knew.
  const raisedOf = (finding: Finding): string | undefined => {
    const digest = known.get(finding.subject)?.digest;
    return rule.definition.mode === 'active' && digest?.startsWith('trial:') ? undefined : digest;
  };
  return {
    fresh: findings.filter((finding) => raisedOf(finding) === undefined),
    changed: findings.filter((finding) => {
      const before = raisedOf(finding);
      return before !== undefined && before !== digestOf(rule, finding);
    }),
    gone: [...known.keys()].filter((subject) => !now.has(subject)),
  };
}

async function tell(ctx: Ctx, rule: store.Rule, delta: Delta): Promise<void> {
  const raised = [...delta.fresh, ...delta.changed];
  // First what is over: a ticket is then told how much of it is left.
  for (const subject of delta.gone) {
    await clearSubject(ctx, rule.name, rule.definition.subject_kind, subject);
  }
  if (rule.definition.mode === 'active') await raiseAll(ctx, rule, delta);
  // What is found still, and was said to be mended, was not.
  await stillSo(ctx, `rules/${rule.name}`);
  const rows = raised.map((finding) => ({
    subject: finding.subject,
    unit: finding.unit,
    digest: digestOf(rule, finding),
  }));
  await store.putSubjects(ctx, rule.name, rows, ctx.clock.now());
  await store.dropSubjects(ctx, rule.name, delta.gone);
}

async function attempt(ctx: Ctx, rule: store.Rule): Promise<store.RunRow> {
  const { findings, answer } = await find(ctx, rule);
  refuseFlood(ctx, findings, answer.truncated);
  const delta = compare(rule, findings, await store.subjects(ctx, rule.name));
  await tell(ctx, rule, delta);
  return {
    at: ctx.clock.now(),
    digest: rule.digest,
    snapshots: answer.snapshots,
    subjects: findings.length,
    raised: delta.fresh.length,
    changed: delta.changed.length,
    cleared: delta.gone.length,
    failed_code: null,
  };
}

const failure = (ctx: Ctx, rule: store.Rule, code: string): store.RunRow => ({
  at: ctx.clock.now(),
  digest: rule.digest,
  snapshots: [],
  subjects: null,
  raised: 0,
  changed: 0,
  cleared: 0,
  failed_code: code,
});

/**
 * Runs one rule: raises a signal for each new or changed subject, clears those gone. A failure
 * raises and clears nothing and is written down as a run.
 */
export async function runRule(ctx: Ctx, name: string): Promise<void> {
  try {
    await tx(inOwnName(ctx), async (inner) => {
      if (!(await store.lockRule(inner, name))) return;
      const rule = await store.ruleByName(inner, name);
      if (rule) await store.saveRun(inner, name, await attempt(inner, rule));
    });
  } catch (error) {
    if (!(error instanceof GuantongError) || error.status >= 500) throw error;
    const rule = await store.ruleByName(ctx, name);
    ctx.log.warn({ rule: name, code: error.code }, 'a rule could not be run');
    if (rule) await store.saveRun(ctx, name, failure(ctx, rule, error.code));
  }
}

/** Clears all that a rule found which is no longer in force. */
export async function withdrawFindings(
  ctx: Ctx,
  withdrawn: { rule: string; kind: string },
): Promise<void> {
  await tx(inOwnName(ctx), async (inner) => {
    if (await store.ruleByName(inner, withdrawn.rule)) return;
    const subjects = [...(await store.subjects(inner, withdrawn.rule)).keys()];
    for (const subject of subjects) {
      await clearSubject(inner, withdrawn.rule, withdrawn.kind, subject);
    }
    await store.dropSubjects(inner, withdrawn.rule, subjects);
  });
}
