/** Thematic libraries (专题库): what stands in each, who gives to it, who may use it. */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { Library, LibraryFile } from '../model.ts';
import { listOf } from '../store.ts';
import { knownDatasets } from './known.ts';
import { standings, unheld } from './standing.ts';

/** Every library, by name, with the datasets in it that the viewer may know of. */
export async function listLibraries(ctx: Ctx): Promise<Library[]> {
  const files = await listOf<LibraryFile>(ctx, 'libraries');
  const contracts = await knownDatasets(ctx);
  const byName = new Map(contracts.map((one) => [one.name, one]));
  const stand = await standings(ctx, contracts);
  const standing = new Map(contracts.map(({ name }, at) => [name, stand[at] ?? unheld]));
  const codes = new Set([
    ...contracts.map(({ owner }) => owner),
    ...files.flatMap(({ body }) => [body.owner, ...body.users.map(({ unit }) => unit)]),
  ]);
  const units = await Promise.all([...codes].map((code) => findUnit(ctx, code)));
  const names = new Map(units.flatMap((unit) => (unit ? [[unit.code, unit.name]] : [])));
  const named = (code: string) => ({ code, name: names.get(code) ?? code });
  // sv-SE writes YYYY-MM-DD.
  const today = ctx.clock.now().toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone });
  const own = new Set(ctx.actor.roles.map(({ unit }) => unit));
  return files.map(({ name, body }) => {
    const datasets = body.datasets.flatMap((dataset) => {
      const contract = byName.get(dataset);
      const { rows, asOf } = standing.get(dataset) ?? unheld;
      if (contract === undefined) return [];
      const { title, owner, derived } = contract;
      return [{ name: dataset, title, owner, derived, rows, asOf }];
    });
    const owners = new Set(datasets.map(({ owner }) => owner));
    owners.delete(body.owner);
    const users = body.users.map((user) => ({
      ...user,
      name: named(user.unit).name,
      standing: user.until >= today,
    }));
    const mayUse = users.some(({ unit, standing: stands }) => stands && own.has(unit));
    const gives = [...owners].some((unit) => own.has(unit));
    return {
      name,
      title: body.title,
      description: body.description,
      owner: named(body.owner),
      contributors: [...owners].toSorted().map(named),
      datasets: datasets.map(({ owner, ...one }) => ({ ...one, ownerName: named(owner).name })),
      rows: datasets.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
      users,
      mine: own.has(body.owner) ? 'owner' : gives ? 'contributor' : mayUse ? 'user' : 'none',
    };
  });
}
