/** What the system says about a process: whether it lives, since when, and what it is. */
import { readFile } from 'node:fs/promises';

/** Whether a process lives; one that ended but was not waited for does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await statFields(pid))?.[0] !== 'Z';
}

/** Fields of `/proc/<pid>/stat` after the name, which may hold spaces and brackets itself. */
async function statFields(pid: number): Promise<string[] | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ');
}

/**
 * When a process started, in ticks since the machine did: with the pid it names a process for good.
 * Empty where the system does not say (no /proc).
 */
export const startMark = async (pid: number): Promise<string> =>
  (await statFields(pid))?.[19] ?? '';

/** The command line of a process, undefined where the system does not say. */
export const commandLine = async (pid: number): Promise<string[] | undefined> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined))?.split('\0');
