/** Once for a whole run of vitest. */
import type { TestProject } from 'vitest/node';
import { startTestServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    databaseTemplate: string;
    /** Folder of the homes that are copied, see `kept.ts`. */
    keptHomes: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('databaseUrl', server.url);
  project.provide('databaseTemplate', server.template);
  project.provide('keptHomes', server.kept);
  return () => server.stop();
}
