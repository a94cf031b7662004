/**
 * 我的数据 on the phone: a citizen who is bound to nobody, then by two administrators at their pages
 * to a person of the register: sees what is held, says what is wrong, is refused scripts, follows
 * it and appeals. Then a grant on that register, issued on the phone, and taken back. axe-core at
 * every step, nothing wider than the window, in both languages.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, taskList } from '#cases';
import { read } from '#gate';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { loadActor } from '#organisation';
import {
  type Audience,
  audience,
  type BrowserStage,
  browserStage,
  noBrowser,
} from '#testing/browser';
import { lookAt, openPage, violations } from './look.ts';

/** Invented. */
const identity = '330109196203071228';
const head =
  '身份证号,姓名,性别,民族,出生日期,户号,与户主关系,婚姻状况,文化程度,联系电话,标准地址编码,住址,村社编码,网格编码,户籍状态,状态变更日期';
const row = (mobile: string): string =>
  `${identity},王桂芳,女,汉族,1962-03-07,004102337,配偶,有配偶,小学,${mobile},,` +
  '萧山区新塘街道霞江村霞江路128号,330109004223,330109004223003,正常,';

let stage: BrowserStage;
let people: Audience;
let page: Page;
let folder: string;

async function as(login: string): Promise<Ctx> {
  const found = await loadActor(stage.ctx, login);
  if (!found) throw new Error(`nobody is ${login}`);
  return { ...stage.ctx, actor: found };
}

async function register(mobile: string): Promise<void> {
  const path = join(folder, `${mobile}.csv`);
  await writeFile(path, `${head}\n${row(mobile)}\n`);
  await deliver(await as('jin'), { dataset: 'residents', files: [{ name: '户籍.csv', path }] });
}

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'guantong-own-page-'));
  stage = await browserStage();
  await register('13800000001');
  people = await audience(stage.url);
  page = await people.at('wang', 'phone');
}, 600_000);

afterAll(async () => {
  await people?.close();
  await stage?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** What the page as it stands would be ashamed of. */
async function faults(name: string, on = page): Promise<string[]> {
  const { wide, refused } = await lookAt(on);
  await people.shot(on, `own-${name}`);
  return [...wide, ...refused, ...(await violations(on)), ...people.faults];
}

const bodyText = async (): Promise<string> => (await page.locator('main').textContent()) ?? '';

/** Types the number of the document that one of the two has seen, and sends it. */
async function seen(on: Page, word: string, number: string): Promise<void> {
  await on.getByLabel('证件号码').fill(number);
  await on.getByRole('dialog').getByRole('button', { name: word }).click();
}

/** The first of the two says whose account it is. */
async function said(first: Page): Promise<void> {
  await openPage(first, '/accounts?q=wang');
  await first.getByRole('button', { name: '操作' }).first().click();
  await first.getByRole('menuitem', { name: '录入实名（核对证件）' }).click();
  await seen(first, '提交，待另一人确认', identity);
  // Who entered it may take it back, and not confirm it.
  await first.getByRole('button', { name: '撤回' }).waitFor();
  expect(await first.getByRole('button', { name: /^确\s*认$/ }).count()).toBe(0);
}

async function stillUnbound(): Promise<void> {
  await openPage(page, '/my-data');
  expect(await bodyText()).toContain('账号还没有实名');
}

async function boundByTwo(): Promise<void> {
  const [first, second] = [await people.at('xie'), await people.at('he', 'phone')];
  const toConfirm = second.getByRole('button', { name: /^确\s*认$/ });
  await said(first);
  await stillUnbound();

  // A second who saw another number ends it: nobody finds the number out by trying.
  await openPage(second, '/accounts?q=wang');
  await toConfirm.click();
  await seen(second, '确认实名', identity.replace('1962', '1963'));
  await second.getByText('两人录入的证件号码不一致').waitFor();
  await second.getByText('没有待确认的实名').waitFor();
  await stillUnbound();

  await said(first);
  await openPage(second, '/accounts?q=wang');
  await toConfirm.click();
  await seen(second, '确认实名', identity);
  await second.getByRole('dialog').waitFor({ state: 'hidden' });
  await second.getByText('没有待确认的实名').waitFor();
  expect(await faults('bind-second', second)).toEqual([]);
}

describe.skipIf(noBrowser !== undefined)('my data on the phone', () => {
  test('an account that is bound to nobody shows nothing and says where to go', async () => {
    await openPage(page, '/my-data');
    expect(await bodyText()).toContain('账号还没有实名');
    expect(await faults('unbound')).toEqual([]);
  }, 300_000);

  test('one who saw the document binds nobody: a second types it too', boundByTwo, 300_000);

  test('what is held, by dataset; the number of the card only when it is asked for', async () => {
    await openPage(page, '/my-data');
    await page.getByText('户籍人口', { exact: true }).click();
    await page.getByText('13800000001').waitFor();
    expect(await bodyText()).not.toContain(identity);
    expect(await faults('held')).toEqual([]);
    await page.getByRole('switch', { name: '显示证件号码' }).click();
    expect(await bodyText()).toContain(identity);
  }, 300_000);

  test('scripts are refused in words; plain words open a case', async () => {
    await page.getByRole('button', { name: '“联系电话”有误，提出异议' }).click();
    await page.getByLabel('应该是').fill('13900000009');
    await page.getByLabel('哪里不对，您怎么知道').fill('<script>alert(1)</script>');
    expect(await faults('form')).toEqual([]);
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.getByText('网页代码').first().waitFor();
    await page.getByLabel('哪里不对，您怎么知道').fill('去年三月已经换了号码');
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.getByText(/已提交，编号 YY\d{8}-001/).waitFor();
    await page.getByText('去年三月已经换了号码').waitFor();
    expect(await faults('sent')).toEqual([]);
  }, 300_000);

  test('the answer is read and appealed against; English is as whole', async () => {
    const { items } = await taskList(await as('jin'), { type: 'objection' });
    const number = items[0]?.case.number ?? '';
    const reason = '营业厅没有变更记录';
    await act(await as('jin'), { case: number, action: 'refuse', reason });
    await openPage(page, '/my-data');
    await page.getByText(reason).waitFor();
    expect(await faults('answered')).toEqual([]);
    await openPage(page, '/my-data?lang=en');
    await page.getByRole('button', { name: 'Appeal' }).waitFor();
    expect(await faults('answered-en')).toEqual([]);
    await openPage(page, '/my-data?lang=zh');
    await page.getByRole('button', { name: '不接受，申诉' }).click();
    await page.getByLabel('为什么不接受这个答复').fill('营业厅可以查到');
    expect(await faults('appeal')).toEqual([]);
    await page.getByRole('button', { name: '提交申诉' }).click();
    await page.getByText('上级复核').waitFor();
    const { items: reviews } = await taskList(await as('xu'), { type: 'objection' });
    expect(reviews.map((one) => one.case.number)).toEqual([number]);
  }, 300_000);
});

const sql = 'select person_id, name, mobile from residents';
const purpose = '核对补贴对象';

/** A value of a list that is searched by typing. */
async function pick(on: Page, label: string, words: string): Promise<void> {
  await on.getByLabel(label, { exact: true }).fill(words);
  await on.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
}

describe.skipIf(noBrowser !== undefined)('a grant issued on the phone', () => {
  let office: Page;
  const opened = async (): Promise<string[]> => {
    const grant = new URL(office.url()).searchParams.get('grant') ?? '';
    const { rows } = await read(await as('li'), sql, { purpose, grant });
    return rows.map((row) => row.join(' '));
  };

  test('says what is missing, shows what it would open, and opens just that', async () => {
    office = await people.at('he', 'phone');
    await openPage(office, '/security/grants?issue=residents');
    await office.getByText('预览之前还差：使用方账号、用途、信息项').waitFor();
    const issue = office.getByRole('dialog').getByRole('button', { name: '发放授权' });
    expect(await issue.isDisabled()).toBe(true);
    await pick(office, '使用方账号', 'li');
    await office.getByLabel('用途', { exact: true }).fill(purpose);
    for (const name of ['身份证号 person_id', '姓名 name', '联系电话 mobile'])
      await office.getByRole('checkbox', { name, exact: true }).check();
    await office.getByText('发放之前还差：到期日（当天仍有效）、批准依据').waitFor();
    await office.getByLabel('到期日（当天仍有效）').fill('2099-12-31');
    await office.getByLabel('批准依据').fill('萧数据申〔2026〕17 号');
    expect(await issue.isDisabled()).toBe(true);
    await office.getByRole('button', { name: '预览会看到什么' }).click();
    await office.getByText('李** 会看到什么').first().waitFor();
    expect(await faults('grant-preview', office)).toEqual([]);
    await issue.click();
    await office.getByRole('button', { name: '收回授权' }).waitFor();
    expect(await faults('grant-issued', office)).toEqual([]);
    // What is sensitive was opened masked, since nobody said otherwise.
    expect(await opened()).toEqual([`330109********1228 王** 138****0001`]);
  }, 300_000);

  test('taken back with a reason, it opens nothing any more', async () => {
    await office.getByRole('button', { name: '收回授权' }).click();
    await office.getByLabel('为什么收回（使用方看得到）').fill('核对完了');
    await office.getByRole('button', { name: '收回授权' }).click();
    await office.getByText('已收回').first().waitFor();
    await expect(opened()).rejects.toMatchObject({ code: 'gate.grant_invalid' });
  }, 300_000);
});
