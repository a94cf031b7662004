/** Where a resource comes from and what is made from it. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import { appliedSources, declaredNow, usersOf } from '#kernel/packs';
import { bilingual, type Contract, type Lineage } from '../model.ts';
import { currentContracts, edges } from '../store.ts';
import { knowable, mayKnow } from './known.ts';

/** Lists that name a resource use nothing of it. */
const listed = new Set(['demands', 'duties', 'negatives', 'libraries']);

/** What the packs made of it: indicators, rules and the like, by the title of their file. */
async function usersIn(ctx: Ctx, names: readonly string[]): Promise<Lineage['downstream']> {
  const users = await Promise.all(names.map((name) => usersOf(ctx, { kind: 'datasets', name })));
  const wanted = new Map(
    users.flat().map((user) => [`${user.pack}/${user.kind}/${user.name}`, user]),
  );
  const sources = (await appliedSources(ctx)).filter(
    ({ pack, kind, name }) =>
      kind !== 'datasets' && !listed.has(kind) && wanted.has(`${pack}/${kind}/${name}`),
  );
  return sources.map((source) => ({
    name: source.name,
    title: titleIn(source.content) ?? titleByKind(source),
    kind: source.kind,
  }));
}

/** A list of lines has no title of its own: it is the matters of 2026, not 2026. */
function titleByKind({ kind, name }: { kind: string; name: string }): Bilingual {
  const title = declaredNow().kinds.find((one) => one.name === kind)?.title;
  if (title === undefined) return { zh: name, en: name };
  return { zh: `${title.zh} ${name}`, en: `${title.en} ${name}` };
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
  const allowed = mayKnow(ctx.actor);
  const shown = contracts.filter((one) => allowed(knowable(one)));
  const byName = new Map(shown.map((one) => [one.name, one]));
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
