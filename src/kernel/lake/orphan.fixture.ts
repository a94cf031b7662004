/** A process with children that run a query without end. See `crash.test.ts`. */
import { readFileSync } from 'node:fs';
import { createLog } from '#kernel/log';
import { openPool } from './pool.ts';

const endless = 'select count(*) from range(100000000000) a, range(100000) b';
const pool = openPool(2, createLog({ log_level: 'silent' }));
const limits = { ms: 60_000, rows: 1, memory_mb: 1024 };
const job = {
  sql: endless,
  relations: [],
  files: [],
  params: {},
  rows: 1,
  engineMb: 100,
  threads: 1,
};
void Promise.all([pool.run(job, limits), pool.run(job, limits)]);
const list = `/proc/${process.pid}/task/${process.pid}/children`;
/** Processor time of a process, in ticks; see proc_pid_stat(5). */
const ticksOf = (pid: string): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
// Starting takes a third of this: they are in the midst of their query, however slow the machine.
const wellIntoIt = 150;
const look = setInterval(() => {
  const children = readFileSync(list, 'utf8').trim().split(' ');
  if (children.length < 2 || children.some((pid) => ticksOf(pid) < wellIntoIt)) return;
  clearInterval(look);
  process.stdout.write(`${children.join(' ')}\n`);
}, 100);
