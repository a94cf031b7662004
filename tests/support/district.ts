/** The district of the sample: its pack applied, and what its departments deliver. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { capabilities } from '#app';
import { deliver } from '#ingest';
import { applyPacks, declaredBy, setDeclared } from '#kernel/packs';
import { generateRegisters, generateSample } from '#sample';
import { copiedWorld } from './kept.ts';
import type { TestWorld, WorldOptions } from './world.ts';

export const districtPack = resolve(import.meta.dirname, '../../packs/district');

/** As every process of the platform does when it opens. */
function declared(): ReturnType<typeof declaredBy> {
  const all = declaredBy(capabilities);
  setDeclared(all);
  return all;
}

/** The district before anything was delivered. */
export async function districtWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const all = declared();
  const { clock, settings } = options;
  const demo = settings?.demo ?? false;
  const made = { capabilities, settings: { demo }, ...(clock === undefined ? {} : { clock }) };
  const fill = async ({ ctx, drain }: TestWorld): Promise<void> => {
    await applyPacks(ctx, { packs: [districtPack], ...all });
    await drain();
  };
  return copiedWorld('district', made, fill, { capabilities, ...options });
}

/** When the small district delivered; of this seed every story of the generator comes about. */
const delivered = { now: new Date('2026-11-20T01:00:00Z'), scale: 0.2, seed: 'guantong-sample-2' };

export interface Delivered {
  world: TestWorld;
  /** Folder with the generator's files and its truth. */
  dir: string;
  /** The file of each dataset. */
  paths: ReadonlyMap<string, string>;
}

/**
 * The district after every department delivered once, with the people of the demonstration.
 * @param settings of the copy alone
 */
export async function deliveredDistrict(
  settings: WorldOptions['settings'] = {},
): Promise<Delivered> {
  const all = declared();
  const options = { capabilities, clock: delivered.now, settings: { demo: true } };
  const fill = async ({ ctx, drain }: TestWorld): Promise<void> => {
    const dir = join(ctx.settings.home, 'given');
    mkdirSync(dir);
    const written = [
      await generateSample({ dir, ...delivered }),
      await generateRegisters({ dir, ...delivered, people: 8000 }),
    ].flatMap(({ files }) => files);
    await applyPacks(ctx, { packs: [districtPack], ...all });
    for (const { dataset, path } of written) {
      await deliver(ctx, { dataset, files: [{ name: basename(path), path }] });
    }
    await drain();
    const names = written.map(({ dataset, path }) => [dataset, basename(path)]);
    writeFileSync(join(dir, 'files.json'), JSON.stringify(names));
  };
  const opened = { ...options, settings: { ...options.settings, ...settings } };
  const world = await copiedWorld('delivered', options, fill, opened);
  const dir = join(world.ctx.settings.home, 'given');
  const names = JSON.parse(readFileSync(join(dir, 'files.json'), 'utf8')) as [string, string][];
  return { world, dir, paths: new Map(names.map(([name, file]) => [name, join(dir, file)])) };
}
