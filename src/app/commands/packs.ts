/** Commands on packs: check, plan, apply. */
import type { Command } from 'commander';
import type { Fault } from '#kernel/errors';
import {
  applyPacks,
  checkPacks,
  declaredBy,
  type PackChange,
  packErrors,
  planPacks,
} from '#kernel/packs';
import { capabilities } from '../capabilities.ts';
import type { PackConflict } from '../home-packs.ts';
import { answer, type Output, table } from '../output.ts';
import { packFolders } from '../platform.ts';
import { runOf, withPlatform } from './shared.ts';

const declared = declaredBy(capabilities);

const refuseFaults = (faults: Fault[]): void => {
  if (faults.length > 0) throw packErrors.make('refused', { count: faults.length }, faults);
};

const listed = (changes: PackChange[]): string =>
  changes.length === 0
    ? '='
    : table(changes.map(({ change, pack, file }) => ({ change, file: `${pack}/${file}` })));

/** Beside the answer, so that a program that asks for JSON is not disturbed. */
const said =
  ({ language }: Output) =>
  ({ pack, file }: PackConflict): void => {
    const text =
      language === 'zh'
        ? `${pack}/${file} 在页面里改过，新版场景应用也改了它：以页面里改的为准`
        : `${pack}/${file} was changed in pages and by the new version of the pack: pages stand`;
    process.stderr.write(`${text}\n`);
  };

async function check(folders: string[], _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const packs = packFolders(run.settings, folders, said(run.output));
  await withPlatform(run, async (platform) => {
    const checked = await checkPacks(platform.ctx(), { packs, ...declared });
    refuseFaults(checked.faults);
    const value = { packs: packs.length, files: checked.files.length, faults: [] };
    answer(run.output, value, () => `${value.packs} packs, ${value.files} files: 0 faults`);
  });
}

async function plan(folders: string[], _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const packs = packFolders(run.settings, folders, said(run.output));
  await withPlatform(run, async (platform) => {
    const planned = await planPacks(platform.ctx(), { packs, ...declared });
    refuseFaults(planned.faults);
    answer(run.output, planned, () => listed(planned.changes));
  });
}

async function apply(folders: string[], _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const packs = packFolders(run.settings, folders, said(run.output));
  await withPlatform(run, async (platform) => {
    const applied = await applyPacks(platform.ctx(), { packs, ...declared });
    await platform.drain();
    answer(run.output, applied, () => listed(applied.changes));
  });
}

export function packCommands(program: Command): void {
  const on = (name: string, text: string) =>
    program.command(name).description(text).argument('[folders...]', 'pack folders');
  on('check', 'check packs: all faults at once, nothing written').action(check);
  on('plan', 'what applying the packs would change').action(plan);
  on('apply', 'apply packs in one transaction').action(apply);
}
