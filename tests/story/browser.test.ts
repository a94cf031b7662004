/**
 * The story through the browser: seven stops, each done by its person on the page he would use, by
 * clicking and typing; the clocks are real. What is asserted is what the person sees.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handoverFile, orderFile, photo } from './browser/files.ts';
import { type Audience, audience, noBrowser } from './browser/people.ts';
import { type BrowserStage, browserStage } from './browser/stage.ts';

if (noBrowser !== undefined) console.warn(`the story through the browser is skipped: ${noBrowser}`);

let stage: BrowserStage;
let people: Audience;

const shows = (where: Locator): Promise<void> => where.first().waitFor({ state: 'visible' });
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });

/** Chooses in a drop-down by typing a part of what is wanted. */
async function choose(page: Page, label: string, words: string): Promise<void> {
  const box = page.getByRole('combobox', { name: label }).first();
  await box.click();
  await box.fill(words);
  const option = page.locator('.ant-select-item-option', { hasText: words }).first();
  await option.click();
}

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  stage = await browserStage();
  people = await audience(stage.url);
}, 600_000);

afterAll(async () => {
  await people?.close();
  await stage?.close();
}, 120_000);

/** The desk's row of a channel, open. */
async function openReport(page: Page, channel: string): Promise<void> {
  await page.getByRole('button', { name: channel }).first().click();
  await shows(page.getByRole('region', { name: stage.site.road }));
}

/** The seat signs for the case before it, by the key on the button. */
async function sign(page: Page): Promise<void> {
  await shows(button(page, /^签收/));
  await page.keyboard.press('s');
  await shows(page.locator('.hub-report', { hasText: '已回告' }));
}

describe.skipIf(noBrowser !== undefined)('新塘一只井盖, in the browser', () => {
  test('1: the liaison enters the line of the chat on her phone; the seat signs with S', async () => {
    const { site } = stage;
    const lou = await people.at('lou', 'phone');
    await lou.goto('/phone');
    await lou.getByRole('link', { name: '上报' }).click();
    await lou.getByText('群台账', { exact: true }).click();
    await lou.getByLabel('照片').setInputFiles(photo('broken'));
    await lou.getByLabel('看到了什么').fill('路边井盖塌了半边，早上差点踩进去');
    await lou.getByLabel('在哪里').fill(`${site.road}${site.number}号对面`);
    await lou.getByLabel('谁说的').fill('王桂芳');
    await people.shot(lou, '1-report');
    await lou
      .getByRole('main')
      .getByRole('button', { name: /上\s*报/ })
      .click();
    await shows(lou.getByText('已上报'));
    await people.shot(lou, '1-reported');

    const zhou = await people.at('zhou');
    await zhou.goto('/hub');
    await shows(zhou.getByRole('button', { name: '群台账' }));
    await zhou.keyboard.press('j');
    await shows(zhou.getByText('“路边井盖塌了半边，早上差点踩进去”'));
    await people.shot(zhou, '1-inbox');
    await sign(zhou);
    await shows(zhou.getByText('待派遣'));
    await people.shot(zhou, '1-signed');
  }, 300_000);

  test('2: two files come, three reports become one event, the reason stands there', async () => {
    const { site } = stage;
    const files = [
      { login: 'hu', dataset: '12345', file: orderFile(site, new Date()), channel: /^12345 ·/ },
      { login: 'jin', dataset: '110', file: handoverFile(site, new Date()), channel: /^110/ },
    ];
    const zhou = await people.at('zhou');
    for (const { login, dataset, file } of files) {
      const officer = await people.at(login);
      await officer.getByRole('link', { name: '数据归集' }).click();
      await choose(officer, '数据资源', dataset);
      await officer.locator('input[type=file]').setInputFiles(file);
      await button(officer, /交\s*付/).click();
      await shows(officer.getByText('收下 1 ＋ 退回 0 ＝ 文件 1 行'));
      await people.shot(officer, `2-delivered-${login}`);
      await zhou.getByRole('button', { name: dataset }).first().click();
      await shows(zhou.locator('.hub-case', { hasText: '待签收' }));
      await sign(zhou);
    }
    await openReport(zhou, '群台账');
    await shows(zhou.getByText('可能是同一件事'));
    await people.shot(zhou, '2-proposed');
    await zhou.keyboard.press('m');
    await shows(zhou.getByText('3 件并一案'));
    await people.shot(zhou, '2-joined');
    expect(await zhou.locator('.hub-report').count()).toBe(3);
  }, 300_000);
});
