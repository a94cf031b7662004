/**
 * One owner of a home: a file with the owner's pid and start mark, so that a dead owner's file
 * counts for nothing.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dbErrors } from '../errors.ts';
import { isAlive, startMark } from './process.ts';

interface Owner {
  pid: number;
  mark: string;
}

export interface Lock {
  release(): Promise<void>;
}

const read = async (file: string): Promise<Owner | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return { pid: 0, mark: '' };
  }
};

const lives = async (owner: Owner): Promise<boolean> =>
  owner.pid > 0 && (await isAlive(owner.pid)) && (await startMark(owner.pid)) === owner.mark;

/** The living owner of a home, if any. */
export async function livingOwner(file: string): Promise<number | undefined> {
  const owner = await read(file);
  return owner !== undefined && (await lives(owner)) ? owner.pid : undefined;
}

/** Takes a dead owner's file away; puts it back when somebody living was quicker. */
async function clear(file: string, mine: string): Promise<void> {
  const aside = `${mine}.dead`;
  if (!(await rename(file, aside).then(yes, no))) return;
  const owner = await read(aside);
  if (owner !== undefined && (await lives(owner))) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

const yes = (): boolean => true;
const no = (): boolean => false;

/**
 * Makes this process the owner of the home, or says who is.
 * @throws db.home_in_use
 */
export async function takeLock(file: string, home: string): Promise<Lock> {
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, mark: await startMark(process.pid) }));
  try {
    // A hard link appears whole or not at all, and fails when the name is taken.
    while (!(await link(mine, file).then(yes, no))) {
      const pid = await livingOwner(file);
      if (pid !== undefined) throw dbErrors.make('home_in_use', { home, pid });
      await clear(file, mine);
    }
  } finally {
    await rm(mine, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}
