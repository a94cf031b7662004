/** How contracts changed: who, when, what. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import { findUnit, shownNames } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import type { Change, Contract, ContractVersion, HistoryPage } from '../model.ts';
import { contractAppliers, contractBodies, type VersionRow } from '../store.ts';
import { knownDataset, knownDatasets } from './known.ts';

/** Items and checks are known by their names, other lists by their places. */
const named = z.array(z.looseObject({ name: z.string() })).min(1);

function childrenOf(value: unknown): Map<string, unknown> | null {
  const list = named.safeParse(value);
  if (list.success) return new Map(list.data.map(({ name, ...rest }) => [name, rest]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

const shown = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * What differs between two bodies of a contract, by path, in the order of the newer one; a part
 * that is new or gone is one change, not one for each of its leaves.
 */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (isDeepStrictEqual(before ?? null, after ?? null)) return [];
  const [old, now] = [childrenOf(before), childrenOf(after)];
  if (old === null || now === null) {
    return [{ path, before: shown(before), after: shown(after) }];
  }
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  const changes = names.flatMap((name) =>
    changesBetween(old.get(name), now.get(name), path === '' ? name : `${path}.${name}`),
  );
  const order = (children: Map<string, unknown>): string => [...children.keys()].join(', ');
  if (changes.length > 0 || order(old) === order(now)) return changes;
  return [{ path, before: order(old), after: order(now) }];
}

type Names = ReadonlyMap<string, string>;

const versionOf =
  (names: Names) =>
  ({ body, old, ...row }: VersionRow): ContractVersion => ({
    version: row.version,
    appliedAt: row.appliedAt.toISOString(),
    appliedBy: row.appliedBy,
    appliedName: names.get(row.appliedBy) ?? null,
    current: row.current,
    changes: old === null ? [] : changesBetween(old, body),
  });

const namesOf = (ctx: Ctx, rows: readonly VersionRow[]): Promise<Names> =>
  shownNames(
    ctx,
    rows.map(({ appliedBy }) => appliedBy),
  );

/** Most versions of one contract that are compared at once. */
const mostVersions = 100;

/** Versions of a contract, newest first, each with what it changed. @throws catalogue.not_found */
export async function datasetHistory(ctx: Ctx, name: string): Promise<ContractVersion[]> {
  await knownDataset(ctx, name);
  const rows = await contractBodies(ctx, { name, limit: mostVersions });
  return rows.map(versionOf(await namesOf(ctx, rows)));
}

function beforeOf(after: string | undefined): { at: Date; name: string } | undefined {
  if (after === undefined) return undefined;
  const [, at, name] = /^(\d{1,15})\.([a-z][a-z0-9_]*)$/.exec(after) ?? [];
  if (at === undefined || name === undefined) throw catalogueErrors.make('bad_page', { after });
  return { at: new Date(Number(at)), name };
}

/**
 * What a search asks of the versions: those of resources whose title, name or owner holds the
 * words, and those by a person whose name, as it is shown, does.
 */
async function matching(ctx: Ctx, words: string, contracts: readonly Contract[]) {
  const holds = (text: string | undefined): boolean =>
    text?.toLowerCase().includes(words.toLowerCase()) ?? false;
  const owners = [...new Set(contracts.map(({ owner }) => owner))];
  const units = await Promise.all(owners.map((code) => findUnit(ctx, code)));
  const unitNames = new Map(owners.map((code, at) => [code, units[at]?.name]));
  const names = await shownNames(ctx, await contractAppliers(ctx));
  return {
    resources: contracts
      .filter(({ name, title, owner }) =>
        [name, title.zh, title.en, unitNames.get(owner)].some(holds),
      )
      .map(({ name }) => name),
    people: [...names].filter(([, name]) => holds(name)).map(([id]) => id),
  };
}

/**
 * Changes of all contracts the viewer may know of, newest first; with `q` only those of resources
 * or by people that hold the words. @throws catalogue.bad_page
 */
export async function catalogueHistory(
  ctx: Ctx,
  { after, limit, q = '' }: { after?: string | undefined; limit: number; q?: string | undefined },
): Promise<HistoryPage> {
  const contracts = await knownDatasets(ctx);
  const titles = new Map(contracts.map(({ name, title }) => [name, title]));
  const words = q.trim();
  const rows = await contractBodies(ctx, {
    among: [...titles.keys()],
    ...(words === '' ? {} : { matching: await matching(ctx, words, contracts) }),
    before: beforeOf(after),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const toVersion = versionOf(await namesOf(ctx, page));
  return {
    changes: page.flatMap((row) => {
      const title = titles.get(row.name);
      return title === undefined ? [] : [{ name: row.name, title, ...toVersion(row) }];
    }),
    next: last === undefined ? null : `${last.appliedAt.getTime()}.${last.name}`,
  };
}
