/**
 * From an empty home to three administrators at the page, without the demonstration: the commands a
 * new operator types, the link he hands over, the page it leads to.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeHome, temporaryFolder } from '#testing';
import { builtWeb, noBrowser, visitors } from '#testing/browser';
import { documentOf, guantong, type Refusal, type Running, staying } from './guantong.ts';

interface Told {
  login: string;
  name: string;
  unit: string;
  roles: { role: string; unit: string }[];
  state: string;
}

let home: string;
let server: Running;
let url: string;
let web: string;

const env = () => ({
  GUANTONG_HOME: home,
  GUANTONG_PORT: '0',
  GUANTONG_PUBLIC_URL: url,
  GUANTONG_WEB_FOLDER: web,
});
const run = (...args: string[]) => guantong(['--json', 'account', ...args], env());

async function told<T>(...args: string[]): Promise<T> {
  const said = await run(...args);
  expect({ args, code: said.code, stderr: said.stderr }).toEqual({ args, code: 0, stderr: '' });
  return documentOf<T>(said);
}

async function refused(...args: string[]): Promise<string> {
  const said = await run(...args);
  expect({ args, code: said.code }).toEqual({ args, code: 1 });
  return documentOf<Refusal>(said).error.code;
}

beforeAll(async () => {
  home = await temporaryFolder('cli-account');
  url = '';
  web = noBrowser === undefined ? await builtWeb() : '';
  server = await staying(['start', '--json'], env());
  url = (JSON.parse(server.line) as { url: string }).url;
}, 180_000);

afterAll(async () => {
  await server?.end('SIGINT');
  await removeHome(home);
});

describe('refused', () => {
  test('no such role, unit, account; a name that is none; two roles that exclude', async () => {
    const name = ['--name', '钱某'];
    expect(await refused('open', 'Newcomer', ...name)).toBe('organisation.bad_account');
    expect(await refused('open', 'newcomer', ...name, '--unit', '1')).toBe('organisation.no_unit');
    expect(await refused('open', 'newcomer', ...name, '--role', 'king')).toBe(
      'organisation.no_role',
    );
    const both = ['--role', 'system_admin', '--role', 'audit_admin'];
    expect(await refused('open', 'newcomer', ...name, ...both)).toBe('organisation.exclusive');
    expect(await refused('invite', 'newcomer')).toBe('organisation.no_account');
    // A demo account exists and can do nothing here: nobody gets in by it.
    expect(await refused('invite', 'zhou')).toBe('organisation.packed');
    expect(await told<Told[]>('list')).toEqual([]);
  });

  test('wrong usage', async () => {
    const said = await run('open', 'newcomer');
    expect([said.code, documentOf<Refusal>(said).error.code]).toEqual([2, 'app.usage']);
  });
});

const people = [
  ['first_system', 'system_admin', '/'],
  ['first_security', 'security_admin', '/'],
  ['first_audit', 'audit_admin', '/audit'],
] as const;

const links = new Map<string, string>();

test('three administrators are opened, each invited by a link', async () => {
  for (const [login, role] of people) {
    const account = await told<Told>('open', login, '--name', '钱小某', '--role', role);
    expect(account).toMatchObject({
      login,
      name: '钱**',
      unit: '330109',
      roles: [{ role, unit: '330109' }],
      state: 'invited',
    });
    const { link } = await told<{ link: string }>('invite', login);
    expect(link).toMatch(new RegExp(`^${url}/invite#[\\w-]{43}$`));
    links.set(login, link);
  }
  expect(await refused('open', 'first_audit', '--name', '某')).toBe('organisation.taken');
  const all = await told<Told[]>('list');
  expect(all.map((one) => one.login)).toEqual(people.map(([login]) => login).toSorted());
});

const password = 'correct horse battery';

async function choose(page: Page, word: string, again = word): Promise<void> {
  await page.getByLabel('新密码', { exact: true }).fill(word);
  await page.getByLabel('再输一遍', { exact: true }).fill(again);
  await page.getByRole('button', { name: '设好密码并进入' }).click();
}

const actorAt = (page: Page): Promise<string | undefined> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/auth/me');
    const me = (await answer.json()) as { actor: { id: string } | null };
    return me.actor?.id;
  });

describe.skipIf(noBrowser !== undefined)('at the page', () => {
  let crowd: Awaited<ReturnType<typeof visitors>>;
  beforeAll(async () => {
    crowd = await visitors(url);
  });
  afterAll(() => crowd?.close());

  test('a short password, two that differ, half a link: said at the field, nothing set', async () => {
    const page = await crowd.visit('phone');
    await page.goto('/invite');
    await page.getByText('链接不完整').waitFor();
    await page.goto('about:blank');
    await page.goto(links.get('first_audit') ?? '');
    await page.getByText('账号 first_audit · 钱** · 萧山区').waitFor();
    await crowd.shot(page, 'invite-phone');
    await choose(page, 'short');
    await page.getByText('密码至少 12 位').waitFor();
    await choose(page, password, `${password}!`);
    await page.getByText('两次输入的不一样').waitFor();
    const states = (await told<Told[]>('list')).map((one) => one.state);
    expect(states).toEqual(['invited', 'invited', 'invited']);
  });

  test.each(people)(
    '%s chooses a password and is in',
    async (login, _role, at) => {
      const page = await crowd.visit('desk');
      await page.goto(links.get(login) ?? '');
      await choose(page, password);
      await page.waitForURL((address) => address.pathname !== '/invite');
      expect(await actorAt(page)).toBe(login);
      // Out, and in again through the page of everybody.
      await page.context().clearCookies();
      await page.goto(`/signin?back=${at}`);
      await page.getByLabel('账号', { exact: true }).fill(login);
      await page.getByLabel('密码', { exact: true }).fill(password);
      await page.getByRole('button', { name: /登\s*录/ }).click();
      await page.waitForURL((address) => address.pathname === at);
      expect(await actorAt(page)).toBe(login);
      await crowd.shot(page, `first-${login}`);
      // The link is spent, and says so.
      const other = await crowd.visit('desk');
      await other.goto(`${links.get(login)}`);
      await other.getByText('organisation.invite_spent').waitFor();
      await crowd.shot(other, 'invite-spent');
    },
    300_000,
  );

  test('the command line sees them open', async () => {
    const all = await told<Told[]>('list', 'first');
    expect(all.map((one) => one.state)).toEqual(['open', 'open', 'open']);
  });
});

test('nothing is left running', async () => {
  expect(await server.end('SIGINT')).toBe(0);
  expect(await readdir(join(home, 'pg'))).not.toContain('owner.json');
});
