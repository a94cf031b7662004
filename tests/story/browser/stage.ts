/** A real server with its loops and clocks over a small district, and the pages people look at. */
import { rm } from 'node:fs/promises';
import { capabilities, demonstration, openPlatform } from '#app';
import { loadSettings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { buildServer } from '#kernel/http';
import { mendedComponents, type StorySite } from '#sample';
import { temporaryFolder, testWorld } from '#testing';
import { smallDistrict } from '../stage.ts';
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

/** Fills a district and serves it on a free port. */
export async function browserStage(): Promise<BrowserStage> {
  const webRoot = await builtWeb();
  // For its database: a fresh one on the run's own PostgreSQL.
  const world = await testWorld();
  const home = await temporaryFolder('browser');
  const settings = loadSettings(
    {},
    { home, database_url: world.url, demo: true, port: 0, log_level: 'silent' },
  );
  const platform = await openPlatform(settings, { role: 'server' });
  const dir = await temporaryFolder('story');
  const site = await smallDistrict(platform.ctx(), () => platform.drain(), dir);
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
      for (const folder of [home, dir]) await rm(folder, { recursive: true, force: true });
    },
  };
}
