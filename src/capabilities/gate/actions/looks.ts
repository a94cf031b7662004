/** "Who looked at my data", for the person himself, in words he can read. */
import { listDatasets } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { whoLooked } from '#organisation';
import type { LookTold } from '../model.ts';

/**
 * Who read data about the person of this account, newest first, each with the title of what was
 * read: a citizen's catalogue may hide a dataset that holds him, its title is no secret to him. Of
 * what is sealed nobody tells him, nor that it is there.
 * @throws auth.not_signed_in
 */
export async function looksAtMe(
  ctx: Ctx,
  page: { after?: string | undefined; limit: number },
): Promise<{ bound: boolean; looks: LookTold[]; next: string | null }> {
  const contracts = await listDatasets(ctx);
  const sealed = contracts.filter(({ sealed_for }) => sealed_for !== null);
  const sealedDatasets = sealed.map(({ name }) => name);
  const { looks, ...rest } = await whoLooked(ctx, { ...page, sealedDatasets });
  const titles = new Map(contracts.map(({ name, title }) => [name, title]));
  const told = looks.map((look): LookTold => {
    const title = titles.get(look.dataset ?? '');
    return {
      ...look,
      title: title === undefined ? null : { zh: title.zh, en: title.en ?? title.zh },
    };
  });
  return { ...rest, looks: told };
}
