/**
 * Commands on accounts: open, invite, list. Whoever may open the home's files opens the first
 * administrators; all he does stands in the audit as `operator`.
 */
import type { Command } from 'commander';
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { grantRoles, invite, listAccounts, openAccount } from '#organisation';
import { answer, type Output, table } from '../output.ts';
import { runOf, withPlatform } from './shared.ts';

type View = Awaited<ReturnType<typeof openAccount>>;

/** How an account is told at the terminal. */
const toldOf = (account: View, language: Output['language']) => ({
  login: account.id,
  name: account.name,
  unit: account.unit,
  unitName: account.unitName,
  roles: account.roles.map((held) => ({
    role: held.role,
    title: held.title[language],
    unit: held.unit,
  })),
  state: stateOf(account),
});

const stateOf = (account: View): 'closed' | 'invited' | 'open' => {
  if (account.disabled) return 'closed';
  return account.activated ? 'open' : 'invited';
};

type Told = ReturnType<typeof toldOf>;

const lineOf = (told: Told) => ({
  ...told,
  roles: told.roles.map((held) => `${held.title}@${held.unit}`).join(' ') || '-',
});

interface OpenOptions {
  name: string;
  role: string[];
  unit?: string;
}

/** All or nothing: an account whose role is refused is not opened either. */
const opened = (ctx: Ctx, id: string, options: OpenOptions, unit: string): Promise<View> =>
  tx(ctx, async (inside) => {
    const account = await openAccount(inside, { id, name: options.name, unit });
    if (options.role.length === 0) return account;
    const roles = options.role.map((role) => ({ role, unit }));
    return grantRoles(inside, { account: id, version: account.version, roles });
  });

async function open(login: string, options: OpenOptions, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await platform.operator();
    const unit = options.unit ?? run.settings.county_code;
    const told = toldOf(await opened(ctx, login, options, unit), run.output.language);
    answer(run.output, told, () => table([lineOf(told)]));
  });
}

/** Where people open the platform. The token stands behind `#`: no server on the way logs it. */
function linkOf(settings: Settings, token: string): string {
  const base = settings.public_url || `http://${settings.host}:${settings.port}`;
  return `${base.replace(/\/+$/, '')}/invite#${token}`;
}

const inviteWords = {
  zh: (hours: number) => `一次性设密链接，${hours} 小时内有效，只显示这一次：`,
  en: (hours: number) =>
    `One-time link to choose a password, good for ${hours} h, shown this once:`,
};

async function inviteTo(login: string, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const { token, expiresAt } = await invite(await platform.operator(), login);
    const link = linkOf(run.settings, token);
    const words = inviteWords[run.output.language](run.settings.invite_valid_hours);
    const value = { account: login, link, expiresAt: expiresAt.toISOString() };
    answer(run.output, value, () => `${words}\n  ${link}`);
  });
}

const page = 200;

async function allAccounts(ctx: Ctx, search?: string): Promise<View[]> {
  const all: View[] = [];
  let after: string | null | undefined;
  do {
    const { accounts, next } = await listAccounts(ctx, {
      limit: page,
      ...(search === undefined ? {} : { search }),
      ...(after ? { after } : {}),
    });
    all.push(...accounts);
    after = next;
  } while (after !== null);
  return all;
}

async function list(search: string | undefined, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const found = await allAccounts(await platform.operator(), search);
    const able = found.filter((account) => run.settings.demo || !account.demo);
    const told = able.map((account) => toldOf(account, run.output.language));
    answer(run.output, told, () => table(told.map(lineOf)));
  });
}

const another = (role: string, before: string[]): string[] => [...before, role];

export function accountCommands(program: Command): void {
  const account = program.command('account').description('accounts of people');
  account
    .command('open')
    .description('open an account; its holder chooses the password by a link')
    .argument('<login>', 'a-z, 0-9, _')
    .requiredOption('--name <name>', 'name of the person')
    .option('--role <role>', 'role in the unit; may be given again', another, [])
    .option('--unit <code>', 'where the person works (default: the district)')
    .action(open);
  account
    .command('invite')
    .description('print a one-time link to choose a password; an older one stops working')
    .argument('<login>')
    .action(inviteTo);
  account
    .command('list')
    .description('accounts, names masked')
    .argument('[search]', 'part of a login, a name or a unit')
    .action(list);
}
