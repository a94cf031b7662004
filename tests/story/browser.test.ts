/**
 * The story through the browser: seven stops, each done by its person on the page he would use, by
 * clicking and typing; the clocks are real. What is asserted is what the person sees.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { handoverFile, orderFile, photo } from './browser/files.ts';
import { type Audience, audience, noBrowser, patienceMs } from './browser/people.ts';
import { type BrowserStage, browserStage } from './browser/stage.ts';

if (noBrowser !== undefined) console.warn(`the story through the browser is skipped: ${noBrowser}`);

let stage: BrowserStage;
let people: Audience;

const shows = (where: Locator): Promise<void> => where.first().waitFor({ state: 'visible' });
/** The batch of a file, taken in without a row returned. */
const landed = (page: Page, file: string): Locator =>
  page.locator('tr', { hasText: file }).filter({ hasText: '已收下' });
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
});

/** Opens the form of an action, fills it in and sends it by the button that names the action. */
async function fill(page: Page, action: string, how: (form: Locator) => Promise<void>) {
  const named = { name: new RegExp(`^${action}`) };
  await page.getByRole('main').getByRole('button', named).first().click();
  const form = page.getByRole('dialog');
  await shows(form);
  await how(form);
  await people.shot(page, `form-${action}`);
  await form.getByRole('button', named).click();
  await form.waitFor({ state: 'hidden' });
}

/** The seat signs for the case before it, by the key on the button. */
async function sign(page: Page): Promise<void> {
  await shows(button(page, /^签收/));
  await page.keyboard.press('s');
  await shows(page.locator('.hub-report', { hasText: '已回告' }));
}

let broken = false;

/** One stop after the other: what follows a broken one is not tried. */
beforeEach(async (context) => {
  if (broken) context.skip('an earlier stop failed');
  context.onTestFailed(async () => {
    broken = true;
    await people.shotAll('failed');
  });
});

const stop = (name: string, play: () => Promise<void>): void =>
  test.skipIf(noBrowser !== undefined)(`新塘一只井盖 ${name}`, play, 300_000);

stop('1: the liaison enters the line of the chat on her phone; the seat signs with S', async () => {
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
});

stop('2: two files come, three reports become one event, the reason stands there', async () => {
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
    await shows(landed(officer, file.name));
    await people.shot(officer, `2-delivered-${login}`);
    await zhou.getByRole('button', { name: dataset }).first().click();
    await shows(zhou.locator('.hub-case', { hasText: '待签收' }));
    await sign(zhou);
  }
  await zhou.getByRole('button', { name: '群台账' }).first().click();
  const proposed = zhou.locator('.hub-joins', { hasText: '可能是同一件事' });
  await shows(proposed.getByText('12345 SJ'));
  await shows(proposed.getByText('110 SJ'));
  await shows(proposed.getByText(/同一门牌 · .+ · 同类/));
  await people.shot(zhou, '2-proposed');
  await zhou.keyboard.press('m');
  await shows(zhou.getByText('3 件并一案'));
  await people.shot(zhou, '2-joined');
  expect(await zhou.locator('.hub-report').count()).toBe(3);
});

stop('3: the page says who and why before it is dispatched; the village has one open', async () => {
  const { site } = stage;
  const zhou = await people.at('zhou');
  const reason = zhou.locator('.hub-case');
  await shows(reason.getByText('部件：先属主，后属地'));
  await shows(reason.getByText(`部件 ${site.component} 登记属主 ${site.registered.name}`));
  await shows(zhou.locator('.hub-side').getByText(site.component));
  await people.shot(zhou, '3-proposed');
  await zhou.keyboard.press('d');
  await shows(zhou.getByText('派遣理由'));
  await shows(zhou.locator('.hub-head', { hasText: '处置中' }));
  await people.shot(zhou, '3-dispatched');

  const zhang = await people.at('zhang');
  await zhang.getByRole('navigation').getByRole('link', { name: '驾驶舱' }).click();
  await zhang
    .getByLabel(/^新塘街道/)
    .first()
    .click();
  await shows(zhang.getByRole('heading', { name: /新塘街道/ }));
  await shows(button(zhang, /未办结事件.*1\s*件/s));
  await people.shot(zhang, '3-cockpit');
});

stop('4: sent to the grid, guarded, the plate read, sent elsewhere, repaired', async () => {
  const { site } = stage;
  const fang = await people.at('fang');
  await fang.getByRole('row', { name: /二次派遣/ }).click();
  await shows(button(fang, '派到网格'));
  await people.shot(fang, '4-town');
  await fill(fang, '派到网格', async (form) => {
    await shows(form.getByText(/霞江村第三网格/));
  });
  await people.shot(fang, '4-assigned');

  const shen = await people.at('shen', 'phone');
  await shen.goto('/phone');
  await shows(shen.getByText('看护现场'));
  await people.shot(shen, '4-grid');
  await button(shen, '我到了').click();
  await people.shot(shen, '4-arrived');
  await fill(shen, '铭文属主不符', async (form) => {
    await form.getByLabel('铭文上的属主').fill(site.real.name);
    await form.getByLabel('照片').setInputFiles(photo('guarded'));
  });
  await fill(shen, '拍照办结', async (form) => {
    await form.getByLabel('现场情况').fill('放置锥桶 4 只，守住现场');
    await form.getByLabel('照片').setInputFiles(photo('guarded'));
  });
  await shows(shen.getByText('没有待办'));

  const zhou = await people.at('zhou');
  await shows(zhou.getByText('铭文属主不符'));
  await fill(zhou, '改派', async (form) => {
    await choose(zhou, '改派到', site.real.name);
    await form
      .getByLabel('原因')
      .fill(`现场铭文是${site.real.name}，登记写的是${site.registered.name}`);
  });
  await shows(zhou.locator('.reason-card', { hasText: `已改派 ${site.real.name}` }));
  await people.shot(zhou, '4-redirected');

  const ni = await people.at('ni', 'phone');
  await ni.goto('/phone');
  await fill(ni, '拍照办结', async (form) => {
    await form.getByLabel('处置情况').fill('已更换井盖并复测，通行恢复');
    await form.getByLabel('照片').setInputFiles(photo('repaired'));
  });
  await shows(ni.getByText('没有待办'));
});

stop('5: verified by another, the reporters answered, one rates it', async () => {
  const chen = await people.at('chen', 'phone');
  await chen.goto('/phone');
  await shows(chen.getByText('换人核查'));
  await people.shot(chen, '5-verify');
  await fill(chen, '核查通过', async (form) => {
    await form.getByLabel('照片').setInputFiles(photo('repaired'));
  });

  const zhou = await people.at('zhou');
  await shows(zhou.locator('.hub-head', { hasText: '待答复' }));
  await fill(zhou, '答复', async (form) => {
    await form.getByLabel('答复内容').fill('井盖已更换，现场恢复通行，感谢反映');
  });
  await expect
    .poll(() => zhou.locator('.hub-report', { hasText: '已答复' }).count(), {
      timeout: patienceMs,
    })
    .toBe(3);
  await people.shot(zhou, '5-answered');

  const wang = await people.at('wang', 'phone');
  await wang.getByRole('navigation').getByRole('link', { name: '我的反映' }).click();
  await shows(wang.getByText('井盖已更换，现场恢复通行，感谢反映'));
  await people.shot(wang, '5-followed');
  await wang.getByRole('radio').nth(4).click();
  await button(wang, '提交评价').click();
  await shows(wang.getByText('您评了 5 分：很满意'));
  await people.shot(wang, '5-rated');
  await shows(zhou.getByText('评 5 分'));
});

stop('6: the correction shows register and fact; the mended file closes it by itself', async () => {
  const { site, mended } = stage;
  const sun = await people.at('sun');
  await sun.getByRole('navigation').getByRole('link', { name: '问题整改' }).click();
  await sun.getByRole('row', { name: site.component }).first().click();
  const difference = sun.locator('.case-diff');
  await shows(difference.getByText(site.registered.name));
  await shows(difference.getByText(site.real.name));
  await shows(sun.getByRole('link', { name: '城市部件登记' }));
  await people.shot(sun, '6-correction');
  // Delivered on the ticket itself; it closes before the officer's eyes, nothing is loaded again.
  await sun.locator('input[type=file]').setInputFiles(mended);
  await shows(sun.getByText('复查通过'));
  await shows(sun.getByText('已办结'));
  await people.shot(sun, '6-closed');
});

stop(
  '7: the number on the open cockpit moved; a click gives owner, age and this cover',
  async () => {
    const { site } = stage;
    const zhang = await people.at('zhang');
    await shows(button(zhang, /未办结事件.*0\s*件/s));
    await people.shot(zhang, '7-moved');
    await button(zhang, /部件属主正确率/).click();
    const behind = zhang.getByRole('dialog');
    await shows(behind.getByText('区综合执法局'));
    await shows(behind.getByText('截至'));
    await shows(behind.getByRole('row', { name: site.component }));
    await people.shot(zhang, '7-rows');
  },
);

stop('and in English: the same pages speak it', async () => {
  const told = [
    { login: 'zhou', path: '/hub?tab=open', words: 'Inbox' },
    { login: 'shen', path: '/phone', words: 'Nothing to do' },
    { login: 'wang', path: '/mine', words: 'You rated it 5 of 5: very good' },
    { login: 'sun', path: '/corrections?show=closed', words: 'Corrections of data' },
    { login: 'zhang', path: `/cockpit/${stage.site.town}`, words: 'Open events' },
  ];
  for (const { login, path, words } of told) {
    const page = await people.at(login);
    const english = new URL(path, stage.url);
    english.searchParams.set('lang', 'en');
    await page.goto(english.href);
    await shows(page.getByText(words));
    await people.shot(page, `8-english-${login}`);
  }
});

stop('and no page failed on the way', async () => {
  expect(people.faults).toEqual([]);
});
