/** The platform as a bench of one process needs it: database, lake and audit in a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { capabilities } from '#app';
import { createAudit } from '#kernel/audit';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import { applyPacks, declaredBy } from '#kernel/packs';

/** Applies the files of a pack of one unit, the district. */
export async function applyFiles(
  ctx: Ctx,
  folder: string,
  files: Record<string, string>,
): Promise<void> {
  const pack = join(folder, 'bench');
  const unit = '330109,萧山区,Xiaoshan,district,,test';
  const all = {
    'pack.yaml': 'title: {zh: 测速, en: Bench}\nowner: "330109"\n',
    'units/all.csv': `code,name,name_en,level,parent,source\n${unit}\n`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(pack, path)), { recursive: true });
    await writeFile(join(pack, path), text);
  }
  await applyPacks(ctx, { packs: [pack], ...declaredBy(capabilities) });
}

/** Runs `work` on a platform whose home is `home`; its engine may use `memoryMb`. */
export async function withPlatform<T>(
  home: string,
  memoryMb: number,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const limits = { delivery_max_bytes: 2 ** 40, lake_memory_mb: memoryMb };
  const settings = loadSettings({}, { home, log_level: 'silent', ...limits });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const lake = await createLake({ home, log, settings });
  const { db } = database;
  const audit = createAudit({ db, settings, clock: systemClock, log });
  const actor = systemActor('bench');
  const clock = systemClock;
  try {
    await migrate(db);
    return await work({ actor, db, lake, log, clock, audit, settings, requestId: 'bench' });
  } finally {
    await audit.close();
    await lake.close();
    await database.close();
  }
}
