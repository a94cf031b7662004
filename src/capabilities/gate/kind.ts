/**
 * What packs declare at the gate: policies, and the section of a dataset that asks for a hot copy.
 */
import { z } from 'zod';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import type { PackFile, PackKind, PackSection } from '#kernel/packs';
import { gradeFaults } from './actions/grades.ts';
import { unfitMask } from './actions/grants.ts';
import { policyPermission } from './actions/policies.ts';
import { platformRole, subjectRole } from './actions/policy.ts';
import { gateErrors } from './errors.ts';
import { type GradesSection, gradesSection, type PolicyFile, policyFile } from './model.ts';
import * as store from './store.ts';

const placed = (file: PackFile, path: (string | number)[]) => {
  const line = file.lineOf(path);
  return { file: file.file, item: path.join('.'), ...(line === undefined ? {} : { line }) };
};

function twice(file: PackFile<PolicyFile>): Fault[] {
  const seen = new Set<string>();
  return file.data.lines.flatMap(({ id }, at) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [gateErrors.fault('line_twice', placed(file, ['lines', at, 'id']), { line: id })];
  });
}

/** A pack is applied by the platform's operator or a page; of people, one kind changes policies. */
function keepsPolicy(ctx: Ctx): void {
  if (ctx.actor.kind !== 'system') requirePermission(ctx, policyPermission);
}

export const policies: PackKind = {
  name: 'policies',
  title: { zh: '可见规则', en: 'Policies' },
  format: 'yaml',
  schema: policyFile,
  after: ['roles'],
  async check(given, index, ctx) {
    const file = given as PackFile<PolicyFile>;
    const held = index.all('roles').map((role) => role.name);
    const known = new Set(['*', platformRole, subjectRole, ...held]);
    const strangers = file.data.lines.flatMap((line, at) =>
      line.roles.flatMap((role, nth) =>
        known.has(role)
          ? []
          : [
              gateErrors.fault('role_unknown', placed(file, ['lines', at, 'roles', nth]), {
                role,
              }),
            ],
      ),
    );
    const unfit = file.data.lines.flatMap((line, at) =>
      unfitMask(line).map((fault) => ({ ...fault, ...placed(file, ['lines', at, 'mask']) })),
    );
    const least = file.data.lines.flatMap((line, at) =>
      (line.view === 'counted') === (line.least !== undefined)
        ? []
        : [gateErrors.fault('least_missing', placed(file, ['lines', at, 'view']))],
    );
    // The first of the policies speaks for all: each fault is told once.
    const isFirst = index.all('policies')[0]?.file === file.file;
    const graded = isFirst ? await gradeFaults(ctx, index) : [];
    return [...twice(file), ...strangers, ...unfit, ...least, ...graded];
  },
  async apply(ctx, given) {
    keepsPolicy(ctx);
    const file = given as PackFile<PolicyFile>;
    await store.savePolicy(ctx, file.pack, file.name, file.data);
    await store.nextEpoch(ctx);
  },
  async remove(ctx, { pack, name }) {
    keepsPolicy(ctx);
    await store.removePolicy(ctx, pack, name);
    await store.nextEpoch(ctx);
  },
};

const serve = z
  .strictObject({
    row: z.literal(true).describe('Keep a hot copy in PostgreSQL for reads of one row by key'),
  })
  .describe('How the dataset is served beyond SQL');

type Serving = PackFile<{ key?: string[] }>;

/**
 * Applied with every change of a contract that has it: grades may have changed, the copy is made
 * anew.
 */
export const serveSection: PackSection = {
  kind: 'datasets',
  key: 'serve',
  schema: serve,
  async check(file) {
    if (((file as Serving).data.key ?? []).length > 0) return [];
    return [gateErrors.fault('no_key', placed(file, ['serve']), { dataset: file.name })];
  },
  async apply(ctx, file) {
    await store.wantHot(ctx, file.name);
    await store.nextEpoch(ctx);
    await publish(ctx, 'gate.hot_wanted', { dataset: file.name });
  },
  async remove(ctx, { name }) {
    await store.dropHot(ctx, name);
    await store.nextEpoch(ctx);
  },
};

/** The grade of the whole set beside those of its items. */
export const gradesOfSet: PackSection = {
  kind: 'datasets',
  key: 'grades',
  schema: gradesSection,
  async check(file) {
    const { grades, items } = file.data as {
      grades: GradesSection;
      items?: Record<string, unknown>;
    };
    return (grades.counted_by ?? []).flatMap((item, at) =>
      item in (items ?? {})
        ? []
        : [gateErrors.fault('item_unknown', placed(file, ['grades', 'counted_by', at]), { item })],
    );
  },
  async apply(ctx, file) {
    const { grades } = file.data as { grades: GradesSection };
    await store.saveGrades(ctx, file.name, grades);
    await store.nextEpoch(ctx);
    const lowered = Object.entries(grades.lowered ?? {});
    if (lowered.length === 0) return;
    await ctx.audit.record(ctx, {
      action: 'gate.lowered',
      subject: `datasets/${file.name}`,
      dataset: file.name,
      detail: Object.fromEntries(
        lowered.map(([item, { approved, by, until }]) => [item, { approved, by, until }]),
      ),
    });
  },
  async remove(ctx, { name }) {
    await store.removeGrades(ctx, name);
    await store.nextEpoch(ctx);
  },
};
