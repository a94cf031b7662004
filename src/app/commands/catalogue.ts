/** Commands on the catalogue: search. */
import type { Command } from 'commander';
import { searchDatasets, searchInput } from '#catalogue';
import { answer, table } from '../output.ts';
import { runOf, withPlatform } from './shared.ts';

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
}
