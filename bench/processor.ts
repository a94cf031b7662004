/** Processor time of everything a platform runs: its process, its children, its database. */
import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';

const ticksPerSecond = 100;

/** Fields of /proc/<pid>/stat after the name, which stands in brackets and may hold blanks. */
function statOf(pid: string | number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It ended while it was looked at.
    return [];
  }
}

/** The first process of the database this platform stands on. */
async function postmasterOf(ctx: Pick<Ctx, 'db'>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(ctx.db);
  return Number(statOf(rows[0]?.pid ?? 0)[1]);
}

/** Of a process itself, or of its children that have ended. */
const ticksOf = (fields: readonly string[], at: 'own' | 'ended'): number =>
  at === 'own' ? Number(fields[11]) + Number(fields[12]) : Number(fields[13]) + Number(fields[14]);

/**
 * Says how many processor seconds (user and system) this process, its children and the database
 * have spent so far, those of children that ended among them.
 */
export async function processorMeter(ctx: Pick<Ctx, 'db'>): Promise<() => number> {
  const roots = new Set([process.pid, await postmasterOf(ctx)]);
  return () => {
    const { user, system } = process.cpuUsage();
    const ticks = readdirSync('/proc').map((name) => {
      const fields = /^\d+$/.test(name) ? statOf(name) : [];
      if (fields.length === 0) return 0;
      const isRoot = roots.has(Number(name));
      const ended = isRoot ? ticksOf(fields, 'ended') : 0;
      // Of this process the finer count above is taken.
      const counts = roots.has(Number(fields[1])) || (isRoot && Number(name) !== process.pid);
      return ended + (counts ? ticksOf(fields, 'own') : 0);
    });
    return (user + system) / 1e6 + ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
  };
}
