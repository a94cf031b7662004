/** The engine without a platform: for commands that look at a file and at nothing else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLake, type Engine } from '#kernel/lake';
import { createLog } from '#kernel/log';
import type { Run } from './shared.ts';

/** Opens an engine in a folder of its own and takes both away again. */
export async function withEngine<T>(run: Run, work: (engine: Engine) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-alone-'));
  try {
    const lake = await createLake({ home, log: createLog(run.settings), settings: run.settings });
    try {
      return await work(lake.engine);
    } finally {
      await lake.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
