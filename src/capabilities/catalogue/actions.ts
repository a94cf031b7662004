/**
 * Verbs of the catalogue: find a resource, its contract, its history, where it comes from and goes.
 */

import { parse } from 'yaml';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import { appliedSources, usersOf } from '#kernel/packs';
import { findUnit } from '#organisation';
import { catalogueErrors } from './errors.ts';
import {
  bilingual,
  type Contract,
  type ContractVersion,
  type DataVersion,
  grades,
  highestGrade,
  type Lineage,
  type SearchInput,
  type SearchResult,
  type Summary,
} from './model.ts';
import { contractVersions, currentContract, currentContracts, edges } from './store.ts';

/**
 * The contract in force.
 * @throws catalogue.not_found
 */
export async function getDataset(ctx: Pick<Ctx, 'db'>, name: string): Promise<Contract> {
  const found = await currentContract(ctx, name);
  if (found === null) throw catalogueErrors.make('not_found', { dataset: name });
  return found;
}

/** All contracts in force, by name. */
export const listDatasets = (ctx: Pick<Ctx, 'db'>): Promise<Contract[]> => currentContracts(ctx);

/**
 * Derived datasets that have to be made again when `dataset` changed, each after all it reads. Only
 * those whose SQL reads it, directly or through others.
 */
export async function derivedFrom(ctx: Pick<Ctx, 'db'>, dataset: string): Promise<Contract[]> {
  const contracts = (await currentContracts(ctx)).filter((one) => one.derived);
  const touched = new Set([dataset]);
  const order: Contract[] = [];
  for (let found = true; found; ) {
    found = false;
    for (const one of contracts) {
      if (touched.has(one.name) || !one.reads.some((name) => touched.has(name))) continue;
      touched.add(one.name);
      found = true;
    }
  }
  const left = contracts.filter((one) => touched.has(one.name));
  while (left.length > 0) {
    const waiting = new Set(left.map((one) => one.name));
    const at = left.findIndex((one) => !one.reads.some((name) => waiting.has(name)));
    order.push(...left.splice(Math.max(at, 0), 1));
  }
  return order;
}

/** Days of each cycle that promises a day: what the word means. */
const cycleDays: Partial<Record<Contract['cycle'], number>> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  half_year: 184,
  yearly: 366,
};

/** A delivery is late once as many local days as its cycle has have passed without one. */
function freshness(
  contract: Contract,
  at: Date | null,
  { clock, settings }: Pick<Ctx, 'clock' | 'settings'>,
): Summary['fresh'] {
  const days = cycleDays[contract.cycle];
  if (days === undefined || at === null) return 'none';
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: settings.time_zone });
  const passed = Date.parse(local.format(clock.now())) - Date.parse(local.format(at));
  return passed > days * 86_400_000 ? 'late' : 'on_time';
}

/** Summaries of contracts: the line of a list, with what the lake holds of each. */
async function summarise(ctx: Ctx, contract: Contract): Promise<Summary> {
  const [snapshot, unit] = await Promise.all([
    ctx.lake.latest(ctx, contract.name),
    findUnit(ctx, contract.owner),
  ]);
  return {
    name: contract.name,
    title: contract.title,
    description: contract.description,
    owner: contract.owner,
    ownerName: unit?.name ?? contract.owner,
    theme: contract.theme,
    layer: contract.layer,
    grade: highestGrade(contract.items),
    share: contract.share.type,
    cycle: contract.cycle,
    derived: contract.derived,
    items: contract.items.length,
    rows: snapshot?.rows ?? null,
    snapshot: snapshot?.id ?? null,
    version: snapshot?.version ?? null,
    asOf: snapshot?.at.toISOString() ?? null,
    fresh: freshness(contract, snapshot?.at ?? null, ctx),
  };
}

/** One line of the catalogue. */
export const summaryOf = async (ctx: Ctx, name: string): Promise<Summary> =>
  summarise(ctx, await getDataset(ctx, name));

const wordsOf = (contract: Contract): string =>
  [
    contract.name,
    contract.title.zh,
    contract.title.en,
    contract.description.zh,
    contract.description.en,
    contract.theme,
    contract.owner,
    contract.source?.system ?? '',
    ...contract.items.flatMap((item) => [item.name, item.title.zh, item.title.en]),
  ]
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();

/** Every word must occur somewhere; Chinese needs no word boundaries to be contained. */
const matches = (contract: Contract, query: string | undefined): boolean => {
  const words = (query ?? '').normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const text = wordsOf(contract);
  return words.every((word) => text.includes(word));
};

const count = (values: { value: string; title: string }[]): SearchResult['facets']['theme'] =>
  [...Map.groupBy(values, ({ value }) => value)]
    .map(([value, all]) => ({ value, title: all[0]?.title ?? value, count: all.length }))
    .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value));

const facetsOf = (lines: Summary[]): SearchResult['facets'] => ({
  theme: count(lines.map(({ theme }) => ({ value: theme, title: theme }))),
  owner: count(lines.map(({ owner, ownerName }) => ({ value: owner, title: ownerName }))),
  grade: count(lines.map(({ grade }) => ({ value: grade, title: grade }))).toSorted(
    (a, b) =>
      grades.indexOf(a.value as Summary['grade']) - grades.indexOf(b.value as Summary['grade']),
  ),
  layer: count(lines.map(({ layer }) => ({ value: layer, title: layer }))),
});

/**
 * Resources that match words and facets, by name. The catalogue itself is open to everybody signed
 * in.
 */
export async function searchDatasets(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  const contracts = (await currentContracts(ctx)).filter((one) => matches(one, input.q));
  const found = await Promise.all(contracts.map((one) => summarise(ctx, one)));
  const fitting = found.filter(
    (line) =>
      (input.theme === undefined || line.theme === input.theme) &&
      (input.owner === undefined || line.owner === input.owner) &&
      (input.grade === undefined || line.grade === input.grade) &&
      (input.layer === undefined || line.layer === input.layer),
  );
  const page = fitting.filter(({ name }) => input.after === undefined || name > input.after);
  const resources = page.slice(0, input.limit);
  const next = page.length > resources.length ? (resources.at(-1)?.name ?? null) : null;
  return { resources, total: fitting.length, next, facets: facetsOf(found) };
}

/** Versions of the contract, newest first. */
export async function datasetHistory(ctx: Ctx, name: string): Promise<ContractVersion[]> {
  await getDataset(ctx, name);
  return contractVersions(ctx, name);
}

/** Versions of the data, newest first. Compactions change files, not rows, and are none. */
export async function dataVersions(ctx: Ctx, name: string): Promise<DataVersion[]> {
  await getDataset(ctx, name);
  const snapshots = await ctx.lake.snapshots(ctx, name);
  return snapshots.flatMap(({ id, version, at, rows, added, changed, removed, batch, reason }) =>
    reason === 'compact'
      ? []
      : [{ version, snapshot: id, at: at.toISOString(), rows, added, changed, removed, batch }],
  );
}

/** What the packs made of it: indicators, rules and the like, by the title of their file. */
async function usersIn(ctx: Ctx, names: readonly string[]): Promise<Lineage['downstream']> {
  const users = await Promise.all(names.map((name) => usersOf(ctx, { kind: 'datasets', name })));
  const wanted = new Map(
    users.flat().map((user) => [`${user.pack}/${user.kind}/${user.name}`, user]),
  );
  const sources = (await appliedSources(ctx)).filter(
    ({ pack, kind, name }) => kind !== 'datasets' && wanted.has(`${pack}/${kind}/${name}`),
  );
  return sources.map((source) => ({
    name: source.name,
    title: titleIn(source.content) ?? { zh: source.name, en: source.name },
    kind: source.kind,
  }));
}

const titled = z.object({ title: bilingual });

/** The title a file of a pack gives itself, in YAML or in the YAML of its leading comment. */
function titleIn(content: string): { zh: string; en: string } | null {
  const text = /^\s*\/\*([\s\S]*?)\*\//.exec(content)?.[1] ?? content;
  try {
    return titled.safeParse(parse(text)).data?.title ?? null;
  } catch {
    return null;
  }
}

/** Where a resource comes from and what is made from it, through any number of steps. */
export async function datasetLineage(ctx: Ctx, name: string): Promise<Lineage> {
  const [contracts, known] = await Promise.all([currentContracts(ctx), edges(ctx)]);
  const byName = new Map(contracts.map((one) => [one.name, one]));
  const reach = (from: string, next: (at: string) => string[]): string[] => {
    const order: string[] = [];
    const visit = (at: string): void => {
      for (const step of next(at)) {
        if (order.includes(step) || step === name) continue;
        order.push(step);
        visit(step);
      }
    };
    visit(from);
    return order;
  };
  const node = (at: string): Lineage['upstream'] => {
    const contract = byName.get(at);
    if (contract === undefined) return [];
    return [{ name: at, title: contract.title, kind: contract.derived ? 'derived' : 'dataset' }];
  };
  const up = reach(name, (at) => known.filter((e) => e.dataset === at).map((e) => e.reads));
  const down = reach(name, (at) => known.filter((e) => e.reads === at).map((e) => e.dataset));
  return {
    upstream: [...systemsOf([name, ...up], byName), ...up.toReversed().flatMap(node)],
    downstream: [...down.flatMap(node), ...(await usersIn(ctx, [name, ...down]))],
  };
}

/** Systems the named resources are taken from, each once. */
const systemsOf = (names: string[], byName: Map<string, Contract>): Lineage['upstream'] => {
  const systems = names.flatMap((name) => byName.get(name)?.source?.system ?? []);
  return [...new Set(systems)].map((system) => ({
    name: system,
    title: { zh: system, en: system },
    kind: 'system',
  }));
};
