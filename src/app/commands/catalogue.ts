/** Commands on the catalogue: search it, take it out as a workbook, take a workbook in. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportCatalogue, importCatalogue, searchDatasets, searchInput } from '#catalogue';
import { answer, table } from '../output.ts';
import { existing, runOf, withPlatform } from './shared.ts';

interface SearchFlags {
  as?: string;
  theme?: string;
  owner?: string;
  grade?: string;
  layer?: string;
  share?: string;
  after?: string;
  limit?: string;
}

async function search(words: string[], flags: SearchFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const { as, ...filters } = flags;
  const input = searchInput.safeParse({ q: words.join(' '), ...filters });
  if (!input.success) {
    const [issue] = input.error.issues;
    command.error(`error: --${issue?.path.join('.') ?? 'words'}: ${issue?.message ?? ''}`);
  }
  await withPlatform(run, async (platform) => {
    const ctx = await platform.operator(as);
    const found = await searchDatasets(ctx, input.data);
    answer(run.output, found, () =>
      [
        table(
          found.resources.map((one) => ({
            name: one.name,
            title: one.title[run.output.language],
            owner: one.ownerName,
            theme: one.theme,
            grade: one.grade,
            share: one.share,
            rows: one.rows ?? '-',
            items: one.hits
              .flatMap(({ field, text }) => (field === 'item' ? [text] : []))
              .join(' '),
          })),
        ),
        `${found.resources.length} / ${found.total}`,
      ].join('\n'),
    );
  });
}

async function exportTo(path: string, flags: { as?: string }, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const bytes = await exportCatalogue(await platform.operator(flags.as));
    const file = resolve(path);
    await writeFile(file, bytes);
    answer(run.output, { file, bytes: bytes.length }, () => file);
  });
}

interface ImportFlags {
  as?: string;
  apply?: boolean;
  pack: string;
}

async function importFrom(path: string, flags: ImportFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const bytes = await readFile(await existing(path));
  await withPlatform(run, async (platform) => {
    const ctx = await platform.operator(flags.as);
    const input = { bytes, pack: flags.pack, apply: flags.apply ?? false };
    const taken = await importCatalogue(ctx, input);
    if (input.apply) await platform.drain();
    if (taken.faults.length > 0) process.exitCode = 1;
    const { language } = run.output;
    answer(run.output, taken, () =>
      [
        ...taken.faults.map(({ cell, message }) => `${cell}  ${message[language]}`),
        ...taken.changes.map(({ name, change, changes }) =>
          [
            `${change} ${name}`,
            ...changes.map((c) => `  ${c.path}: ${c.before} -> ${c.after}`),
          ].join('\n'),
        ),
        taken.changes.length === 0 ? '=' : '',
      ]
        .filter(Boolean)
        .join('\n'),
    );
  });
}

export function catalogueCommands(program: Command): void {
  program
    .command('search')
    .description('resources by words: Chinese, pinyin, initials, codes; best first')
    .argument('<words...>')
    .option('--theme <theme>', 'only this theme')
    .option('--owner <unit>', 'only this owner unit')
    .option('--grade <grade>', 'only resources of this highest grade')
    .option('--layer <layer>', 'raw, standard or thematic')
    .option('--share <type>', 'unconditional, conditional or none')
    .option('--after <mark>', '`next` of the page before')
    .option('--limit <lines>', 'most lines')
    .option('--as <login>', 'account that asks')
    .action(search);
  program
    .command('catalogue-export')
    .description('the whole catalogue as an Excel workbook')
    .argument('<file>', 'path of the .xlsx to write')
    .option('--as <login>', 'account that asks')
    .action(exportTo);
  program
    .command('catalogue-import')
    .description('what a workbook changes in the catalogue; --apply to do it')
    .argument('<file>', 'path of the .xlsx')
    .option('--apply', 'apply it when it has no fault')
    .option('--pack <pack>', 'pack new resources go to', 'local')
    .option('--as <login>', 'account that changes')
    .action(importFrom);
}
