/**
 * The pack of what people made in pages: plain files below the home, applied like every other
 * pack.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { replaceFile } from '#kernel/files';
import {
  type AppliedPacks,
  applyPacks,
  applyPermission,
  declaredNow,
  exportPack,
  packVersions,
  writePack,
} from '#kernel/packs';

/** Name of the pack; its folder stands in `packs/` of the home. */
export const localPack = 'local';

/** Folder of the pack below the home. */
export const localFolder = (ctx: Pick<Ctx, 'settings'>): string =>
  resolve(ctx.settings.home, 'packs', localPack);

const manifest = (ctx: Ctx): string =>
  `# 页面里编目的数据资源。文件就是依据：改了用 guantong apply 应用。
title: {zh: 本地数据资源, en: Datasets made here}
description: {zh: 在页面里按交来的文件编目, en: Catalogued from files that were handed in}
owner: "${ctx.settings.county_code}"
platform: ">=0.1"
needs: []
`;

/** One change at a time: what is planned is what is written. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine.catch(() => undefined);
  return mine;
}

/**
 * The actor with leave to apply: whoever may catalogue a dataset of his unit does it by the
 * ordinary apply, and stands in the history with his own name.
 */
const applying = (ctx: Ctx): Ctx => ({
  ...ctx,
  actor: { ...ctx.actor, permissions: new Set([...ctx.actor.permissions, applyPermission]) },
});

async function ensurePack(ctx: Ctx, folder: string): Promise<void> {
  await mkdir(join(folder, 'datasets'), { recursive: true });
  const path = join(folder, 'pack.yaml');
  const there = await readFile(path, 'utf8').catch(() => null);
  if (there !== null) return;
  // A home that came back from a backup has the versions and not the folder: without its files the
  // next apply would take every dataset of the pack away.
  const [newest] = await packVersions(ctx, localPack);
  if (newest !== undefined && !newest.withdrawn) {
    writePack(await exportPack(ctx, { pack: localPack }), folder);
  } else await replaceFile(path, manifest(ctx));
}

/** Works on a copy of the pack with the new file in it; nothing of the copy is left. */
async function onCopy<T>(
  ctx: Ctx,
  { folder, file, text }: { folder: string; file: string; text: string },
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const tried = join(resolve(ctx.settings.home, 'packs'), `.${randomUUID()}`);
  const copy = join(tried, localPack);
  try {
    await cp(folder, copy, { recursive: true });
    await writeFile(join(copy, file), text);
    return await work(copy);
  } finally {
    await rm(tried, { recursive: true, force: true });
  }
}

/**
 * Puts the contract of a dataset into the local pack and applies it: from a copy, so that a refusal
 * leaves the folder as it was.
 * @throws packs.refused with every fault
 */
export function saveLocal(ctx: Ctx, name: string, text: string): Promise<AppliedPacks> {
  return inTurn(async () => {
    const inside = applying(ctx);
    const folder = localFolder(ctx);
    const file = join('datasets', `${name}.yaml`);
    await ensurePack(ctx, folder);
    const path = join(folder, file);
    const before = await readFile(path, 'utf8').catch(() => null);
    let isWritten = false;
    const apply = (copy: string): Promise<AppliedPacks> =>
      tx(inside, async (held) => {
        const applied = await applyPacks(held, { packs: [copy], ...declaredNow() });
        // Written when nothing can be refused any more and before it stands: a file that is not
        // applied yet does no harm, the other way round the next apply would take the dataset away.
        isWritten = true;
        await replaceFile(path, text);
        return applied;
      });
    try {
      return await onCopy(ctx, { folder, file, text }, apply);
    } catch (error) {
      if (!isWritten) throw error;
      if (before === null) await rm(path, { force: true });
      else await replaceFile(path, before);
      throw error;
    }
  });
}
