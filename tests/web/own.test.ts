/**
 * 我的数据 on the phone: a citizen who is bound to nobody, then to a person of the register: sees
 * what is held, says what is wrong, is refused scripts, follows it and appeals. axe-core at every
 * step, nothing wider than the phone, in both languages.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, taskList } from '#cases';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { bindIdentity, loadActor } from '#organisation';
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
async function faults(name: string): Promise<string[]> {
  const { wide, refused } = await lookAt(page);
  await people.shot(page, `own-${name}`);
  return [...wide, ...refused, ...(await violations(page)), ...people.faults];
}

const bodyText = async (): Promise<string> => (await page.locator('main').textContent()) ?? '';

describe.skipIf(noBrowser !== undefined)('my data on the phone', () => {
  test('an account that is bound to nobody shows nothing and says where to go', async () => {
    await openPage(page, '/my-data');
    expect(await bodyText()).toContain('账号还没有实名');
    expect(await faults('unbound')).toEqual([]);
  }, 300_000);

  test('what is held, by dataset; the number of the card only when it is asked for', async () => {
    await bindIdentity(stage.ctx, { account: 'wang', identity });
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
