/** A small district for the tests of arriving: one bureau with three datasets, another without. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { ingest } from '#ingest';
import { type Actor, setActorSource } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { organisation } from '#organisation';
import { actor } from './actor.ts';
import { applyFiles } from './packs.ts';
import { contractOf } from './trial.ts';
import { type TestWorld, testWorld } from './world.ts';

const capabilities = [organisation, catalogue, gate, ingest];

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
330109-other,区民政局,Civil affairs,department,330109,test
`;

export interface ArrivalWorld extends TestWorld {
  /** Data officer of the bureau that owns `covers`, `lids` and `rims`. */
  officer: Ctx;
  /** Data officer of another department. */
  stranger: Ctx;
  nobody: Ctx;
  /** Applies more files of the trial pack beside its own. */
  apply(files: Record<string, string>): Promise<void>;
  /** Writes a file to deliver. */
  file(text: string | Buffer, name?: string): { name: string; path: string };
  folder: string;
  /** Rows of a dataset, `id=area`, in order. */
  rows(dataset?: string): Promise<string[]>;
  end(): Promise<void>;
}

const trial = {
  'units/all.csv': units,
  'datasets/covers.yaml': contractOf(),
  'datasets/lids.yaml': contractOf(),
  'datasets/rims.yaml': contractOf('append'),
};

export async function arrivalWorld(settings: Partial<Settings> = {}): Promise<ArrivalWorld> {
  const world = await testWorld({ capabilities, settings });
  const folder = mkdtempSync(join(tmpdir(), 'guantong-arrival-'));
  await applyFiles(world.ctx, capabilities, trial);
  await world.drain();
  const may = ['ingest.deliver'];
  const people: Actor[] = [
    actor('source_officer', '330109/330109-zhzf', may),
    actor('source_officer', '330109/330109-other', may),
  ];
  setActorSource({
    byAccount: async (_ctx, id) => people.find((one) => one.id === id),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  let count = 0;
  return {
    ...world,
    folder,
    officer: world.as(people[0] as Actor),
    stranger: world.as(people[1] as Actor),
    nobody: world.as({ ...actor('nobody', '330109'), kind: 'anonymous', roles: [] }),
    apply: async (files) => {
      await applyFiles(world.ctx, capabilities, { ...trial, ...files });
      await world.drain();
    },
    file: (text, name = 'covers.csv') => {
      count += 1;
      const path = join(folder, `${count}-${name}`);
      writeFileSync(path, text);
      return { name, path };
    },
    rows: async (dataset = 'covers') => {
      const relation = await world.ctx.lake.relation(world.ctx, dataset);
      const found = await world.ctx.lake.engine.rows(
        `select id, area from ${relation.sql} as r order by id`,
      );
      return found.map(({ id, area }) => `${id}=${area}`);
    },
    end: async () => {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
