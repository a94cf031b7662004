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
setTimeout(() => process.stdout.write(`${readFileSync(list, 'utf8').trim()}\n`), 1500);
