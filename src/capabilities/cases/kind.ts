/** The kinds `cases` and `ladders`: what packs declare, checked when loaded. */
import type { PackKind } from '#kernel/packs';
import { applyType } from './actions/index.ts';
import { checkLadder, checkType } from './kind/check.ts';
import { type CaseType, caseType, type Ladder, ladder } from './model.ts';
import { removeLadder, retireType, saveLadder } from './store.ts';

export const laddersKind: PackKind = {
  name: 'ladders',
  title: { zh: '逐级响应', en: 'Ladders' },
  format: 'yaml',
  schema: ladder,
  after: ['notices', 'roles'],
  check: async (file, index) => checkLadder(file, index),
  apply: (ctx, file) =>
    saveLadder(ctx, { pack: file.pack, name: file.name, definition: file.data as Ladder }),
  remove: (ctx, file) => removeLadder(ctx, file.name),
};

export const casesKind: PackKind = {
  name: 'cases',
  title: { zh: '事项类型', en: 'Case types' },
  format: 'yaml',
  schema: caseType,
  after: ['ladders', 'notices', 'roles'],
  check: async (file, index) => checkType(file, index),
  apply: (ctx, file) =>
    applyType(ctx, {
      pack: file.pack,
      name: file.name,
      digest: file.digest,
      definition: file.data as CaseType,
    }),
  remove: (ctx, file) => retireType(ctx, file.name),
};
