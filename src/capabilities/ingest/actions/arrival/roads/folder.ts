/**
 * Watched folders: a file is taken when it has come to rest, moved out of the way before it is
 * read, and ends in `done` or `returned`, with the reason and the returned rows beside it.
 */
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import { ingestErrors } from '../../../errors.ts';
import type { SourceFile } from '../../../model/source.ts';
import type { StoredRun } from '../../../store/runs.ts';
import { findSource } from '../../../store/sources.ts';
import { returnedFile } from '../../returned/index.ts';
import { shapeOf } from '../tell.ts';
import { sourceOfRun } from './database.ts';
import type { Fetched, Road, Settled } from './road.ts';

export type FolderSource = Extract<SourceFile, { road: 'folder' }>;

const seenFile = z.object({ name: z.string(), bytes: z.number(), changed: z.number() });
export type SeenFile = z.output<typeof seenFile>;
const work = z.looseObject({ files: z.array(seenFile) });

const rootOf = ({ settings }: Pick<Ctx, 'settings'>): string =>
  settings.watch_folder === '' ? resolve(settings.home, 'inbox') : resolve(settings.watch_folder);

/**
 * The folder of a source; links that lead out of the watched root are not followed.
 * @throws ingest.source_folder
 */
export async function folderOf(ctx: Ctx, declared: FolderSource): Promise<string> {
  const { path } = declared.options;
  const refusal = ingestErrors.make('source_folder', { path });
  // Made when it is absent: the department finds where to put its files.
  await mkdir(join(rootOf(ctx), path), { recursive: true }).catch(() => Promise.reject(refusal));
  const root = await realpath(rootOf(ctx)).catch(() => Promise.reject(refusal));
  const folder = await realpath(join(root, path)).catch(() => Promise.reject(refusal));
  const inside = relative(root, folder);
  if (inside.startsWith('..') || isAbsolute(inside)) throw refusal;
  return folder;
}

const asPattern = (match: string): RegExp =>
  new RegExp(
    `^${match
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
    'iu',
  );

/** Names that say of themselves that they are not finished, or not for us. */
const unfinished = /^[.~]|\.(part|tmp|crdownload|filepart)$/i;

/** Plain files of a folder that match and have come to rest, by name. */
export async function filesAtRest(ctx: Ctx, declared: FolderSource): Promise<SeenFile[]> {
  const folder = await folderOf(ctx, declared);
  const { match, rest_seconds: rest } = declared.options;
  const pattern = asPattern(match);
  const found: SeenFile[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (unfinished.test(name) || !pattern.test(name)) continue;
    const seen = await lstat(join(folder, name)).catch(() => null);
    // A link is no file: what it leads to is not this department's to hand in.
    if (seen === null || !seen.isFile()) continue;
    if (ctx.clock.now().getTime() - seen.mtimeMs < rest * 1000) continue;
    found.push({ name, bytes: seen.size, changed: seen.mtimeMs });
  }
  return found;
}

/** Runs whose files are out of their sender's way and not put aside yet. */
export const takenRuns = async (ctx: Ctx, declared: FolderSource): Promise<string[]> =>
  readdir(join(await folderOf(ctx, declared), '.taken')).catch(() => []);

const takenFolder = (folder: string, run: string): string => join(folder, '.taken', run);

/** Moves a file out of the way of its sender. @throws ingest.source_moving, ingest.source_gone */
async function take(folder: string, taken: string, file: SeenFile): Promise<void> {
  const [from, to] = [join(folder, file.name), join(taken, file.name)];
  const there = await lstat(to).catch(() => null);
  if (there !== null) return;
  await rename(from, to).catch(() => {
    throw ingestErrors.make('source_gone', { file: file.name });
  });
  const now = await lstat(to);
  if (now.isFile() && now.size === file.bytes && now.mtimeMs === file.changed) return;
  await rename(to, from);
  throw ingestErrors.make('source_moving', { file: file.name });
}

async function fetchFiles(ctx: Ctx, run: StoredRun): Promise<Fetched> {
  const source = await sourceOfRun(ctx, run);
  const folder = await folderOf(ctx, source.declared as FolderSource);
  const taken = takenFolder(folder, run.id);
  await mkdir(taken, { recursive: true });
  const { files } = work.parse(run.work);
  for (const file of files) await take(folder, taken, file);
  return {
    files: files.map(({ name }) => ({ name, path: join(taken, name) })),
    dispose: async () => undefined,
  };
}

const stampOf = (ctx: Ctx): string =>
  ctx.clock
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');

/** What the department finds beside its file. */
async function explain(ctx: Ctx, run: StoredRun, path: string): Promise<void> {
  // Only one that was cancelled while it waited ends without a word.
  const error = run.error ?? shapeOf(ingestErrors.make('cancelled'));
  const faults = error.faults as { message?: { zh: string; en: string } }[];
  const lines = [error.message, ...faults.map(({ message }) => message)];
  const text = lines.flatMap((line) => (line === undefined ? [] : [line.zh, line.en])).join('\n');
  await writeFile(`${path}.原因.txt`, `${text}\n${run.endedAt ?? stampOf(ctx)}\n`);
}

/** When a file that was put aside came there; null of one that is none of ours. */
function asideSince(name: string): Date | null {
  const found = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-/.exec(name);
  if (found === null) return null;
  const [, ...parts] = found.map(Number);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** Removes what was put aside before a moment. @returns how many files */
export async function sweepAside(ctx: Ctx, declared: FolderSource, before: Date): Promise<number> {
  const place = await folderOf(ctx, declared);
  let removed = 0;
  for (const kind of ['done', 'returned']) {
    for (const name of await readdir(join(place, kind)).catch(() => [])) {
      const since = asideSince(name);
      if (since === null || since >= before) continue;
      await rm(join(place, kind, name), { force: true });
      removed += 1;
    }
  }
  return removed;
}

async function putAside(ctx: Ctx, folder: string, run: StoredRun): Promise<void> {
  const taken = takenFolder(folder, run.id);
  const kind = run.state === 'done' ? 'done' : 'returned';
  await mkdir(join(folder, kind), { recursive: true });
  for (const name of await readdir(taken).catch(() => [])) {
    const path = join(folder, kind, `${stampOf(ctx)}-${name}`);
    if (kind === 'returned') await explain(ctx, run, path);
    await rename(join(taken, name), path);
  }
  await rm(taken, { recursive: true, force: true });
}

/** The returned rows lie where the department looks, as CSV it can mend and put back. */
async function handBack(ctx: Ctx, folder: string, { run, result }: Settled): Promise<void> {
  if (result === null || result.returned === 0) return;
  await mkdir(join(folder, 'returned'), { recursive: true });
  const file = await returnedFile(ctx, result.batch, { format: 'csv', lang: 'zh' });
  const name = `${stampOf(ctx)}-${run.files[0] ?? run.id}-退回数据.csv`;
  await file.write(createWriteStream(join(folder, 'returned', name)));
}

export const folder: Road = {
  share: 1,
  fetch: (ctx, run) => fetchFiles(ctx, run),
  settled: async () => undefined,
  after: async (ctx, settled) => {
    const { run } = settled;
    // One that failed may be tried again by hand: its files wait where they are.
    if (run.state === 'failed' || run.source === null) return;
    const source = await findSource(ctx, run.source);
    if (source?.declared.road !== 'folder') return;
    const place = await folderOf(ctx, source.declared).catch(() => null);
    if (place === null) return;
    await putAside(ctx, place, run);
    await handBack(ctx, place, settled);
  },
};
