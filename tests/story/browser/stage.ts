/** A real server with its loops and clocks over a small district, and the pages people look at. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { capabilities, demonstration, openPlatform } from '#app';
import { loadSettings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { buildServer } from '#kernel/http';
import { mendedComponents, type StorySite } from '#sample';
import { copiedWorld, type TestWorld } from '#testing';
import { firstSite, smallDistrict } from '../stage.ts';
import { builtWeb } from './web.ts';

export interface BrowserStage {
  /** `http://127.0.0.1:40123` */
  url: string;
  /** The platform's own. */
  ctx: Ctx;
  site: StorySite;
  /** The file with which the department mends its register. */
  mended: string;
  close(): Promise<void>;
}

/** A database and a home with the small district in it, as it is today. */
async function keptDistrict(): Promise<{ world: TestWorld; dir: string; site: StorySite }> {
  const settings = { demo: true };
  const givenIn = (world: TestWorld): string => join(world.ctx.settings.home, 'given');
  const fill = async (world: TestWorld): Promise<void> => {
    world.clock.set(new Date());
    const dir = givenIn(world);
    await mkdir(dir);
    await smallDistrict(world.ctx, world.drain, dir);
  };
  // What serves it is a platform of its own.
  const world = await copiedWorld('small', { capabilities, settings }, fill, { settings });
  const dir = givenIn(world);
  return { world, dir, site: await firstSite(dir) };
}

/** Serves a district on a free port. */
export async function browserStage(): Promise<BrowserStage> {
  const webRoot = await builtWeb();
  const { world, dir, site } = await keptDistrict();
  const { home } = world.ctx.settings;
  const settings = loadSettings(
    {},
    { home, database_url: world.url, demo: true, port: 0, log_level: 'silent' },
  );
  const platform = await openPlatform(settings, { role: 'server' });
  // The page of the story asks for it; it is not filled and not played here.
  const demo = demonstration(platform, () => undefined);
  const app = await buildServer({
    settings,
    log: platform.log,
    capabilities: [...capabilities, ...demo.capabilities],
    makeCtx: ({ actor, requestId }) => platform.ctx(actor, { requestId }),
    webRoot,
  });
  await platform.loops();
  const url = await app.listen({ host: settings.host, port: 0 });
  return {
    url,
    ctx: platform.ctx(),
    site,
    mended: (await mendedComponents({ dir })).path,
    close: async () => {
      await app.close();
      await demo.close();
      await platform.close();
      await world.close();
    },
  };
}
