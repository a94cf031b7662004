/**
 * What ingest does by itself: runs in the queue, sources that are due, uploads that expired,
 * files whose time is over.
 */
import type { Capability } from '#kernel/capability';
import {
  arriveJob,
  expireUpload,
  keepingDue,
  keepingTimer,
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
  [keepingTimer]: (ctx) => keepingDue(ctx),
};
