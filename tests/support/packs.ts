/** Packs written by a test: files by path, applied as the platform applies folders. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { applyPacks, declaredBy } from '#kernel/packs';
import { removeHome, temporaryFolder } from './server.ts';

const manifest = 'title: {zh: 测试, en: Test}\nowner: "330109"\n';

/**
 * Applies one pack of these files; files gone since the last call are taken back.
 * @param pack its name; packs of one world that shall stand side by side need different ones
 * @throws packs.refused with all faults
 */
export async function applyFiles(
  ctx: Ctx,
  capabilities: readonly Capability[],
  files: Readonly<Record<string, string>>,
  pack = 'trial',
): Promise<void> {
  const home = await temporaryFolder('packs');
  try {
    const dir = join(home, pack);
    for (const [path, content] of Object.entries({ 'pack.yaml': manifest, ...files })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    }
    await applyPacks(ctx, { packs: [dir], ...declaredBy(capabilities) });
  } catch (error) {
    // A failing test should show which file and why.
    if (error instanceof GuantongError) error.message += `\n${JSON.stringify(error.faults)}`;
    throw error;
  } finally {
    await removeHome(home);
  }
}
