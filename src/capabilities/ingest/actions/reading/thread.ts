/** The thread of `pass.ts`: one pass over one file, told to whoever started it. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PassInput, type PassNews, passHere } from './pass.ts';

const tell = (news: PassNews): void => parentPort?.postMessage(news);

/** Bytes between two words about how far it is. */
const everyBytes = 1 << 23;
let told = 0;

const { marks, ...result } = await passHere(workerData as PassInput, {
  odd: () => tell({ kind: 'odd' }),
  progress: (bytes, of) => {
    if (bytes - told < everyBytes) return;
    told = bytes;
    tell({ kind: 'at', bytes, of });
  },
});
tell({ kind: 'done', result, marks: marks.pack() });
