/**
 * The load of a bench, forked: keep-alive connections that each ask for one key after the other.
 */
import http from 'node:http';
import { get } from './asking.ts';

interface Task {
  prefix: string;
  rows: number;
  connections: number;
  seconds: number;
  cookie: string;
}

async function run(task: Task): Promise<{ perSecond: number; failed: number }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: task.connections });
  const headers = task.cookie === '' ? {} : { cookie: task.cookie };
  const began = performance.now();
  const end = began + task.seconds * 1000;
  let done = 0;
  let failed = 0;
  const caller = async (seed: number): Promise<void> => {
    for (let i = seed; performance.now() < end; i += 7919) {
      const status = await get(agent, `${task.prefix}c${i % task.rows}`, headers);
      if (status === 200) done += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: task.connections }, (_, i) => caller(i * 1013)));
  agent.destroy();
  return { perSecond: (done / (performance.now() - began)) * 1000, failed };
}

process.once('message', (task: Task) => {
  void run(task).then((answer) => process.send?.(answer, () => process.disconnect()));
});
