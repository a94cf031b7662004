/**
 * Parts of the kernel that are still landing: a world without them works, using them says which one
 * is absent.
 */

import fastify, { type FastifyInstance } from 'fastify';
import { buildServer, type ServerDeps } from '#kernel/http';
import type { Lake, LakeOptions } from '#kernel/lake';
import * as lakeDoor from '#kernel/lake';

export async function openLake(options: LakeOptions): Promise<Lake> {
  if (typeof lakeDoor.createLake === 'function') return lakeDoor.createLake(options);
  return new Proxy({} as Lake, {
    get: (_target, key) => {
      if (key === 'then') return undefined;
      if (key === 'close') return async () => undefined;
      throw new Error(`the lake has not landed yet: ${String(key)}`);
    },
  });
}

export const openServer = (deps: ServerDeps): Promise<FastifyInstance> =>
  buildServer(deps).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('landing')) return fastify();
    throw error;
  });
