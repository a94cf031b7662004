/** Meanings and grades of items changed in the files that declare them, comments and all kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Ctx } from '#kernel/context';
import {
  type AppliedPacks,
  appliedFiles,
  applyPacks,
  applyPermission,
  declaredNow,
  exportPack,
  writePack,
} from '#kernel/packs';
import { catalogueErrors } from '../errors.ts';
import type { SemanticName } from '../kind/compile/semantics/index.ts';
import type { Grade } from '../model.ts';
import { keepInHome } from './excel/keep.ts';

/** What an item is to be. */
export interface Regrade {
  dataset: string;
  /** Null: the set as a whole is at least of this grade. */
  item: string | null;
  /** Null: it keeps the meaning it has. */
  semantic: SemanticName | null;
  grade: Grade;
}

const longestLine = 118;

/**
 * The text of a contract with other meanings and grades; everything else stays as it is written.
 */
function rewritten(text: string, changes: readonly Regrade[]): string {
  const file = parseDocument(text);
  for (const { dataset, item, semantic, grade } of changes) {
    if (item === null) {
      file.setIn(['grades', 'least'], grade);
      continue;
    }
    if (!file.hasIn(['items', item])) {
      throw catalogueErrors.make('unknown_item', { item: `${dataset}.${item}` });
    }
    file.setIn(['items', item, 'grade'], grade);
    if (semantic !== null) file.setIn(['items', item, 'semantic'], semantic);
  }
  return file.toString({ lineWidth: longestLine, flowCollectionPadding: false });
}

/** Whoever may confirm grades applies them the ordinary way, under his own name. */
const applying = (ctx: Ctx): Ctx => ({
  ...ctx,
  actor: { ...ctx.actor, permissions: new Set([...ctx.actor.permissions, applyPermission]) },
});

interface Changed {
  pack: string;
  path: string;
  content: string;
}

async function changedFiles(ctx: Ctx, changes: readonly Regrade[]): Promise<Changed[]> {
  const files = await appliedFiles(ctx, declaredNow(), 'datasets');
  const names = [...new Set(changes.map(({ dataset }) => dataset))];
  return Promise.all(
    names.map(async (name) => {
      const file = files.find((one) => one.name === name);
      if (file === undefined) throw catalogueErrors.make('not_found', { dataset: name });
      const whole = await exportPack(ctx, { pack: file.pack });
      const text = whole.find(({ path }) => path === file.file)?.content ?? '';
      const mine = changes.filter(({ dataset }) => dataset === name);
      return { pack: file.pack, path: file.file, content: rewritten(text, mine) };
    }),
  );
}

/**
 * Makes a new version of every contract named, and keeps the files in the home, so that a start
 * applies them again and an export gives them out. The caller has checked who may.
 * @throws catalogue.not_found, catalogue.unknown_item; packs.refused with all faults
 */
export async function changeItems(ctx: Ctx, changes: readonly Regrade[]): Promise<AppliedPacks> {
  const changed = await changedFiles(ctx, changes);
  const folder = await mkdtemp(join(ctx.settings.home, 'regrade-'));
  try {
    const stood = new Map<string, { path: string; content: string }[]>();
    for (const pack of new Set(changed.map((one) => one.pack))) {
      const files = await exportPack(ctx, { pack });
      const after = files.map(
        (file) => changed.find((one) => one.pack === pack && one.path === file.path) ?? file,
      );
      stood.set(pack, files);
      writePack(after, join(folder, pack));
    }
    const undo = await keepInHome(ctx, folder, changed, stood);
    try {
      const packs = [...stood.keys()].map((pack) => join(folder, pack));
      return await applyPacks(applying(ctx), { packs, ...declaredNow() });
    } catch (error) {
      await undo();
      throw error;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
