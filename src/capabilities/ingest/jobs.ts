/** What ingest does by itself: runs in the queue, sources that are due, uploads that expired. */
import type { Capability } from '#kernel/capability';
import {
  arriveJob,
  expireUpload,
  lookByItself,
  lookJob,
  pump,
  sourceDue,
  sourceTimer,
  uploadTimer,
} from './actions/index.ts';

export const ingestJobs: NonNullable<Capability['jobs']> = {
  [arriveJob]: (ctx) => pump(ctx),
  [lookJob]: async (ctx, payload) => {
    await lookByItself(ctx, (payload as { source: string }).source);
  },
};

export const ingestTimers: NonNullable<Capability['timers']> = {
  [uploadTimer]: (ctx, timer) => expireUpload(ctx, timer),
  [sourceTimer]: (ctx, timer) => sourceDue(ctx, timer),
};
