/**
 * What the audit adds at 1,000 requests a second: the governed reading of one row, the same route
 * on the same database, with its record and without, in turns. Processor time is that of the
 * server's process and of PostgreSQL together, until the records of a turn have their rows and
 * indexes; each answer with a record waits until that is on the disk. Because it waits anyway, an
 * audited read waits for company before it looks its row up; one without audit has no reason to and
 * looks up at once. What the records cost by themselves shows beside reads that wait for company
 * too and leave none.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Audit } from '#kernel/audit';
import type { Ctx } from '#kernel/context';
import { prepareCovers, rows, type Served, serveCovers, settled, withCovers } from './gate.ts';
import { processorMeter } from './processor.ts';
import type { Steady, SteadyTask } from './rate.ts';
import type { Row } from './row.ts';

const perSecond = 1000;
const seconds = 8;
const turns = 3;
/** What the audit may add. */
const mark = 0.05;

const silent: Audit = {
  gather: async () => undefined,
  record: async () => undefined,
  seal: async () => undefined,
  close: async () => undefined,
};

function load(task: SteadyTask): Promise<Steady> {
  const child = fork(join(import.meta.dirname, 'rate.ts'), [], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: Steady) => {
      if (answer.failed > 0) reject(new Error(`${answer.failed} requests failed`));
      else resolve(answer);
    });
    child.once('error', reject);
    child.send(task);
  });
}

interface Turn extends Steady {
  /** Processor milliseconds a request. */
  processor: number;
}

const middle = (turns: readonly Turn[], of: (turn: Turn) => number): number =>
  turns.map(of).sort((a, b) => a - b)[Math.floor(turns.length / 2)] ?? 0;

interface Turns {
  audited: Turn[];
  without: Turn[];
  /** Without records, and with the wait for company that audited reads have. */
  together: Turn[];
}

async function inTurns(ctx: Ctx, served: Record<keyof Turns, Served>): Promise<Turns> {
  const spent = await processorMeter(ctx);
  const turn = async ({ prefix, cookie }: Served, forSeconds: number): Promise<Turn> => {
    const before = spent();
    const task = { prefix: `${prefix}c`, rows, perSecond, seconds: forSeconds, cookie };
    const answer = await load(task);
    // What is done later is paid for too.
    await settled(ctx);
    return { ...answer, processor: ((spent() - before) / answer.done) * 1000 };
  };
  const done: Turns = { audited: [], without: [], together: [] };
  const names = ['without', 'audited', 'together'] as const;
  for (const name of names) await turn(served[name], 2);
  for (let i = 0; i < turns; i += 1) {
    for (const name of names) done[name].push(await turn(served[name], seconds));
  }
  return done;
}

/** What an audit record costs the request it is of, in processor time and in waiting. */
export const auditAtRate = (): Promise<Row[]> =>
  withCovers(async (ctx, home) => {
    const cookie = await prepareCovers(ctx, home);
    const company: Audit = { ...silent, gather: (inside) => ctx.audit.gather(inside) };
    const served = {
      audited: await serveCovers(ctx, cookie),
      without: await serveCovers({ ...ctx, audit: silent }, cookie),
      together: await serveCovers({ ...ctx, audit: company }, cookie),
    };
    const { audited, without, together } = await inTurns(ctx, served).finally(() =>
      Promise.all(Object.values(served).map((one) => one.close())),
    );
    const rowOf = (name: string, of: (turn: Turn) => number, beside = without): Row => {
      const [mine, theirs] = [middle(audited, of), middle(beside, of)];
      const what = `audit at ${perSecond}/s: ${name}`;
      return { name: what, ours: mine, bare: theirs, ratio: theirs / mine, unit: 'ms' };
    };
    const processor = rowOf('processor time of a governed read of one row', (one) => one.processor);
    const allowed = processor.bare + (mark * availableParallelism() * 1000) / perSecond;
    return [
      processor,
      {
        name: `audit at ${perSecond}/s: the same, beside none and 5 % of the machine`,
        ours: processor.ours,
        bare: allowed,
        ratio: allowed / processor.ours,
        unit: 'ms (mark)',
      },
      rowOf('the same, beside reads that wait as well', (one) => one.processor, together),
      rowOf('median latency', (one) => one.median),
      rowOf('p99 latency', (one) => one.p99),
    ];
  });

if (import.meta.main) console.table(await auditAtRate());
