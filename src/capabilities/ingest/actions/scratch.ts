/** Scratch files of one delivery: they go when it ends; the lake sweeps what a crash leaves. */
import { rm } from 'node:fs/promises';
import type { Ctx } from '#kernel/context';

export interface Scratch {
  path(name: string): string;
  /** Files that others made and that go with it, unless they were moved. */
  add(paths: readonly string[]): void;
  clear(): Promise<void>;
}

export function scratchOf(ctx: Pick<Ctx, 'lake'>): Scratch {
  const paths: string[] = [];
  return {
    path: (name) => {
      const path = ctx.lake.stage(name);
      paths.push(path);
      return path;
    },
    add: (more) => void paths.push(...more),
    clear: async () => {
      await Promise.all(paths.map((path) => rm(path, { force: true }).catch(() => undefined)));
    },
  };
}
