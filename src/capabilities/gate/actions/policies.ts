/** Policies as what the security administrator edits: versions, reasons, differences, roll back. */
import { stringify } from 'yaml';
import { semantics } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { applyFile, applyPermission, declaredNow } from '#kernel/packs';
import { rolesKnown } from '#organisation';
import { gateErrors } from '../errors.ts';
import {
  type LineChange,
  type MaskWords,
  type PolicyFile,
  type PolicyHistory,
  type PolicyInForce,
  type PolicyLine,
  type PolicySaved,
  type PolicyTable,
  policyFile,
  policyLine,
} from '../model.ts';
import * as store from '../store.ts';
import { maskNames, masks } from './masks/index.ts';

/** Held by the security administrator alone. */
export const policyPermission = 'gate.policy';

export interface PolicyId {
  pack: string;
  name: string;
}

const said = ({ pack, name }: PolicyId): string => `${pack}/${name}`;

async function find(ctx: Ctx, id: PolicyId): Promise<store.PolicyRow> {
  const found = (await store.policies(ctx)).find(
    (one) => one.pack === id.pack && one.name === id.name,
  );
  if (!found) throw gateErrors.make('policy_not_found', { policy: said(id) });
  return found;
}

/**
 * The file of a policy, as packs hold it: the database keeps no order of names, the schema does.
 */
export const policyYaml = ({ title, source, purposes = {}, lines }: PolicyFile): string => {
  const named = Object.keys(purposes).length === 0 ? {} : { purposes };
  return stringify(policyFile.parse({ title, source, ...named, lines }), { lineWidth: 0 });
};

async function policiesInForce(ctx: Ctx): Promise<PolicyInForce[]> {
  return store.policies(ctx);
}

/** What became of each line, by its id. */
export function lineChanges(
  before: readonly PolicyLine[],
  after: readonly PolicyLine[],
): LineChange[] {
  const old = new Map(before.map((line) => [line.id, line]));
  const next = new Map(after.map((line) => [line.id, line]));
  const same = (a: PolicyLine, b: PolicyLine): boolean => textOf(a) === textOf(b);
  const changed = after.flatMap((line): LineChange[] => {
    const was = old.get(line.id);
    if (!was) return [{ kind: 'added', id: line.id, before: null, after: line }];
    return same(was, line) ? [] : [{ kind: 'changed', id: line.id, before: was, after: line }];
  });
  const gone = before.filter(({ id }) => !next.has(id));
  return [
    ...changed,
    ...gone.map(
      (line): LineChange => ({
        kind: 'removed',
        id: line.id,
        before: line,
        after: null,
      }),
    ),
  ];
}

const textOf = (line: PolicyLine): string => JSON.stringify(policyLine.parse(line));

/**
 * Every version of a policy with who, when, why and which lines it changed, newest first.
 * @throws auth.not_allowed, gate.policy_not_found
 */
export async function policyHistory(ctx: Ctx, id: PolicyId): Promise<PolicyHistory[]> {
  const versions = await store.policyVersions(ctx, id.pack, id.name);
  if (versions.length === 0) throw gateErrors.make('policy_not_found', { policy: said(id) });
  return versions.map((row, at) => ({
    version: row.version,
    at: row.at.toISOString(),
    by: row.by_name,
    reason: row.reason,
    restores: row.restores,
    changes: lineChanges(versions[at + 1]?.lines ?? [], row.lines),
  }));
}

/** The policy as the file of a pack, in force or an earlier version. */
export async function exportPolicy(ctx: Ctx, id: PolicyId, version?: number): Promise<string> {
  if (version === undefined) return policyYaml(await find(ctx, id));
  const found = (await store.policyVersions(ctx, id.pack, id.name)).find(
    (row) => row.version === version,
  );
  if (!found) throw gateErrors.make('policy_not_found', { policy: said(id) });
  return policyYaml(found);
}

interface Edit {
  /** Version that was edited; another one by now refuses. */
  version: number;
  reason: string;
}

async function replace(
  ctx: Ctx,
  id: PolicyId,
  edit: Edit,
  next: { file: PolicyFile; restores: number | null },
): Promise<PolicySaved> {
  return tx(ctx, async (inner) => {
    const now = await find(inner, id);
    const { version } = now;
    if (version !== edit.version) throw gateErrors.make('policy_changed', { version });
    const changes = lineChanges(now.lines, next.file.lines);
    if (changes.length === 0) throw gateErrors.make('policy_same');
    // Whoever may edit policies does it by the ordinary apply, and stands there with his own name.
    const permissions = new Set([...inner.actor.permissions, applyPermission]);
    const applying = { ...inner, actor: { ...inner.actor, permissions } };
    const content = policyYaml(next.file);
    await applyFile(applying, { ...declaredNow(), ...id, kind: 'policies', content });
    // Appliers go one after the other: whoever came between made a version of his own.
    const saved = await find(inner, id);
    if (saved.version !== edit.version + 1) {
      throw gateErrors.make('policy_changed', { version: saved.version - 1 });
    }
    const { restores } = next;
    await store.explainPolicy(inner, { ...id, version: saved.version }, { ...edit, restores });
    await inner.audit.record(inner, {
      action: 'gate.change_policy',
      subject: `policy/${said(id)}@${saved.version}`,
      detail: {
        reason: edit.reason,
        lines: changes.map((change) => `${change.kind} ${change.id}`),
      },
    });
    return { version: saved.version };
  });
}

/**
 * Puts lines in place of those in force; the new version holds from its commit on, everywhere.
 * @throws auth.not_allowed, gate.policy_not_found, gate.policy_changed, gate.policy_same,
 * packs.refused with every fault of the lines
 */
export async function editPolicy(
  ctx: Ctx,
  id: PolicyId,
  edit: Edit & { lines: PolicyLine[] },
): Promise<PolicySaved> {
  requirePermission(ctx, policyPermission);
  const { title, source, purposes } = await find(ctx, id);
  const { lines, version, reason } = edit;
  const file = { title, source, purposes, lines };
  return replace(ctx, id, { version, reason }, { file, restores: null });
}

/**
 * Goes back to an earlier version; it becomes the newest.
 * @throws as `editPolicy`
 */
export async function rollBackPolicy(
  ctx: Ctx,
  id: PolicyId,
  edit: Edit & { to: number },
): Promise<PolicySaved> {
  requirePermission(ctx, policyPermission);
  const versions = await store.policyVersions(ctx, id.pack, id.name);
  const back = versions.find((row) => row.version === edit.to);
  if (!back) throw gateErrors.make('policy_not_found', { policy: said(id) });
  const { version, reason, to } = edit;
  const { title, source, purposes = {}, lines } = back;
  const file = { title, source, purposes, lines };
  return replace(ctx, id, { version, reason }, { file, restores: to });
}

const maskTable = (): MaskWords[] =>
  maskNames.map((name) => {
    const { title, how, example } = masks[name];
    return { name, title, how, ...example };
  });

/** Policies in force with every word that a line may use: who is shown why reads the whole. */
export async function policyTable(ctx: Ctx): Promise<PolicyTable> {
  const roles = await rolesKnown(ctx);
  return {
    policies: await policiesInForce(ctx),
    masks: maskTable(),
    roles: roles.map(({ name, title }) => ({ name, title })),
    meanings: Object.entries(semantics).map(([name, { title }]) => ({ name, title })),
  };
}
