/** Commands on the home: settings, backup, restore, audit verify. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { closeDays, daysClosed, digestLine, readDigests, verifyAudit } from '#kernel/audit';
import { settingsTable } from '#kernel/config';
import { backup, restore } from '../backup.ts';
import { appErrors } from '../errors.ts';
import { answer, table } from '../output.ts';
import { existing, runOf, withPlatform } from './shared.ts';

async function settings(_options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const values = run.settings as unknown as Record<string, unknown>;
  const list = Object.entries(settingsTable).map(([name, setting]) => ({
    name,
    value: setting.secret && values[name] ? '••••' : values[name],
    default: setting.secret ? '' : setting.default,
    environment: setting.env,
    help: setting.help[run.output.language],
  }));
  answer(run.output, list, () => table(list));
}

async function backupTo(folder: string, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const { db, clock } = platform.ctx();
    const target = resolve(folder);
    const manifest = await backup({ db, home: platform.home, now: clock.now() }, target);
    const rows = manifest.tables.reduce((sum, each) => sum + each.rows, 0);
    const value = { folder: target, rows, files: manifest.files.length, takenAt: manifest.takenAt };
    answer(run.output, value, () => table([value]));
  });
}

async function restoreFrom(folder: string, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const manifest = await restore({ db: platform.ctx().db, home: platform.home }, resolve(folder));
    const rows = manifest.tables.reduce((sum, each) => sum + each.rows, 0);
    const value = { rows, files: manifest.files.length, takenAt: manifest.takenAt };
    answer(run.output, value, () => table([value]));
  });
}

async function auditVerify(options: { digests?: string }, command: Command): Promise<void> {
  const run = runOf(command);
  const { digests } = options;
  const given = digests === undefined ? '' : await readFile(await existing(digests), 'utf8');
  await withPlatform(run, async (platform) => {
    const verdict = await verifyAudit(platform.ctx(), readDigests(given));
    if (!verdict.whole) {
      const at = verdict.broken;
      throw appErrors.make('audit_broken', {
        what: at?.what ?? '-',
        record: at?.record ?? '-',
        batch: at?.batch ?? '-',
        at: at?.at ?? '-',
      });
    }
    answer(run.output, verdict, () =>
      table([{ ...verdict, dropped: verdict.dropped.batches, broken: '-' }]),
    );
  });
}

/** One line a day, as it is handed to a third party and given back to `audit verify --digests`. */
async function auditDigest(_options: object, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = platform.ctx();
    await closeDays(ctx);
    const days = await daysClosed(ctx, 5000);
    answer(run.output, days, () => days.map(digestLine).join('\n'));
  });
}

export function homeCommands(program: Command): void {
  program.command('settings').description('every setting with its value').action(settings);
  program
    .command('backup')
    .description('write a backup into an empty folder')
    .argument('<folder>')
    .action(backupTo);
  program
    .command('restore')
    .description('bring a backup back into an empty home')
    .argument('<folder>')
    .action(restoreFrom);
  const audit = program.command('audit').description('the audit');
  audit
    .command('verify')
    .description('names the first broken record')
    .option('--digests <file>', 'digests of days that a third party kept')
    .action(auditVerify);
  audit
    .command('digest')
    .description('one sealed digest for each day that is over, newest first')
    .action(auditDigest);
}
