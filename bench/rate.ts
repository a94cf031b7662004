/**
 * A steady load, forked: so many requests a second whatever the answers take, each latency counted
 * from the moment its request was due.
 */
import http from 'node:http';
import { get } from './asking.ts';

export interface SteadyTask {
  prefix: string;
  rows: number;
  perSecond: number;
  seconds: number;
  cookie: string;
}

export interface Steady {
  /** Milliseconds. */
  median: number;
  p99: number;
  failed: number;
  done: number;
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

async function run(task: SteadyTask): Promise<Steady> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const headers = task.cookie === '' ? {} : { cookie: task.cookie };
  const all = task.perSecond * task.seconds;
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const began = performance.now();
  const one = async (i: number): Promise<void> => {
    const due = began + (i / task.perSecond) * 1000;
    const status = await get(agent, `${task.prefix}${(i * 7919) % task.rows}`, headers);
    if (status !== 200) failed += 1;
    latencies.push(performance.now() - due);
  };
  for (let i = 0; i < all; ) {
    const upTo = Math.min(all, ((performance.now() - began) / 1000) * task.perSecond);
    for (; i < upTo; i += 1) pending.push(one(i));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const median = quantile(latencies, 0.5);
  return { median, p99: quantile(latencies, 0.99), failed, done: latencies.length };
}

process.once('message', (task: SteadyTask) => {
  void run(task).then((answer) => process.send?.(answer, () => process.disconnect()));
});
