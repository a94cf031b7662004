/**
 * Every registered page, as a person who may see it, on a desk and on a phone, in both languages:
 * it stands in its window, fails at nothing, keeps to its language, and axe-core has no serious
 * complaint.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoryFacts } from '#sample';
import {
  type Audience,
  audience,
  type BrowserStage,
  browserStage,
  noBrowser,
} from '#testing/browser';
import type { PageRoute } from '#web/client';
import { playStory } from './district.ts';
import { lookAt, openPage, violations } from './look.ts';
import { chineseOf, interfaceOf, isEnglish } from './words.ts';

if (noBrowser !== undefined) console.warn(`the look of the pages is skipped: ${noBrowser}`);

/** A machine that does other things too: nobody waits for a first sight as long as this. */
const paintAtMostMs = 5_000;

const screens = ['desk', 'phone', 'wide'] as const;
type Screen = (typeof screens)[number];
const languages = ['zh', 'en'] as const;
type Language = (typeof languages)[number];

/** Who looks, by the beginning of the address; the seat looks at all others. */
const readers: readonly [RegExp, string][] = [
  [/^\/audit/, 'ding'],
  [/^\/(ingest|corrections|challenge|case-types|returned|propose|warehouses|libraries)/, 'sun'],
  [/^\/town-warehouses/, 'xu'],
  [/^\/(cockpit|wall|indicators|rules)/, 'zhang'],
  [/^\/(quality|ranking|security\/grades)/, 'xu'],
  [/^\/accounts/, 'xie'],
  [/^\/mine/, 'wang'],
  [/^\/phone/, 'shen'],
];
const readerOf = (path: string): string =>
  readers.find(([address]) => address.test(path))?.[1] ?? 'zhou';

const { words, pages } = await interfaceOf();
const chinese = chineseOf(words);

let stage: BrowserStage;
/** One browser at a time, for the screen that is looked at. */
let people: Audience;
let facts: StoryFacts;

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  stage = await browserStage();
  facts = await playStory(stage);
}, 600_000);

afterAll(() => stage?.close());

/** The address of a page, its parameters taken from what was played. */
function addressOf(page: PageRoute): string {
  const known: Record<string, string | undefined> = {
    dataset: 'components',
    indicator: 'handled_on_time',
    rule: 'owner_disagrees',
    type: 'correction',
    unit: stage.site.town,
    event: facts.groupEvent,
    case: page.path.startsWith('/corrections') ? facts.correctionNumber : facts.groupEvent,
  };
  return page.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`${page.path}: nothing is known for :${name}`);
    return value;
  });
}

/** What is wrong with the words of a page. */
const foreign = (language: Language, texts: readonly string[]): string[] =>
  texts.filter((text) => (language === 'zh' ? isEnglish(text) : chinese.test(text)));

const inLanguage = (address: string, language: Language): string =>
  `${address}${address.includes('?') ? '&' : '?'}lang=${language}`;

/** Tells what the page as it stands would be ashamed of in a language. */
async function faultsOn(page: Page, language: Language): Promise<string[]> {
  const { texts, wide, refused, paintMs } = await lookAt(page);
  // It shows on purpose a refusal and data of both languages.
  const gallery = new URL(page.url()).pathname.startsWith('/parts');
  // A page that came out of the browser's own store may have no entry.
  const late = paintMs !== null && paintMs > paintAtMostMs;
  return [
    ...(texts.length < 3 ? ['nothing is written on it'] : []),
    ...(gallery ? [] : refused).map((why) => `refused: ${why}`),
    ...wide.map((what) => `too wide: ${what}`),
    ...(gallery ? [] : foreign(language, texts)).map((text) => `not ${language}: ${text}`),
    ...(late ? [`first paint: ${paintMs} ms`] : []),
    // The structure is the same in both.
    ...(language === 'zh' ? await violations(page) : []),
  ].map((fault) => `${language} ${fault}`);
}

/** Faults of the network and of scripts while something is looked at. */
function listen(page: Page): { faults: string[]; stop: () => void } {
  const faults: string[] = [];
  const onError = (error: Error): void => void faults.push(`page error: ${error.message}`);
  const onAnswer = (answer: { status(): number; url(): string }): void => {
    if (answer.status() >= 400) faults.push(`${answer.status()} ${answer.url()}`);
  };
  page.on('pageerror', onError).on('response', onAnswer);
  return {
    faults,
    stop: () => void page.off('pageerror', onError).off('response', onAnswer),
  };
}

type Step = (page: Page) => Promise<void>;

/** Looks at an address in both languages, after something was done there. */
async function look(address: string, screen: Screen, step?: Step): Promise<string[]> {
  const page = await people.at(readerOf(address), screen);
  const heard = listen(page);
  const seen: string[] = [];
  for (const language of languages) {
    await openPage(page, inLanguage(address, language));
    if (step !== undefined) await step(page);
    seen.push(...(await faultsOn(page, language)));
    const name = `${screen}-${language}${address.replace(/[^\w\u3400-\u9fff]+/g, '-')}`;
    await people.shot(page, step === undefined ? name : `${name}-file`);
  }
  heard.stop();
  // A page nobody looks at any more would go on listening, ticking and loading.
  await page.goto('about:blank');
  return [...seen, ...heard.faults];
}

/** What a bare address does not show: words sought, one thing opened, nothing found. */
const states = [
  '/ingest?state=refused',
  '/ingest?q=nothing-of-that-name',
  '/ingest/sources?source=penalties_folder',
  '/returned?dataset=components',
  '/catalogue?q=井盖',
  '/catalogue?q=nothing-of-that-name',
  '/catalogue?layer=thematic&share=conditional',
  '/catalogue/aided_firm_owners',
  '/catalogue/residents',
  '/catalogue/components?asOf=v1',
  '/catalogue-lists?tab=duties',
  '/catalogue-lists?tab=negatives',
  '/catalogue-lists?tab=overdue',
  '/catalogue-lists?q=nothing-of-that-name',
  '/warehouses?unit=330109-zhzf',
  '/town-warehouses?town=330109004',
  '/libraries?library=city_governance',
];

/** A register as a department would export it, one cell of it wrong. */
const register = (rows: number): { name: string; mimeType: string; buffer: Buffer } => {
  const lines = Array.from({ length: rows }, (_, at) => {
    const power = at === 7 ? '不详' : String(7 + (at % 5) * 30);
    return `CD-${1000 + at},金城路${at}号,${power},2026/3/${1 + (at % 28)}`;
  });
  const text = `充电设施台账\n设施号,所在路段,千瓦数,启用日\n${lines.join('\n')}\n`;
  return { name: `充电设施${rows}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) };
};

/** Two files chosen, read, and held against a dataset they do not fit. */
async function previewed(page: Page): Promise<void> {
  await page.setInputFiles('input[type=file]', [register(30), register(31)]);
  await page.waitForSelector('.ing-preview table');
  await page.waitForSelector('.ing-preview-body[aria-busy=false]');
}

/** A file read as a dataset nobody has catalogued yet. */
async function proposed(page: Page): Promise<void> {
  await page.setInputFiles('input[type=file]', [register(40)]);
  await page.locator('main .ant-btn-primary').first().click();
  await page.waitForSelector('main table');
}

describe('what is looked for', () => {
  test('English on a Chinese page, Chinese on an English one', () => {
    expect(isEnglish('Open events')).toBe(true);
    expect(['98.5', 'comp_id', '330109-pswater', 'L4', '打开 CSV 文件'].some(isEnglish)).toBe(
      false,
    );
    expect(chinese.test('数据目录')).toBe(true);
    expect(chinese.test('8 个资源')).toBe(true);
    expect(chinese.test('路边井盖塌了半边')).toBe(false);
  });

  test('every page is registered', () => {
    expect(pages.length).toBeGreaterThan(18);
  });
});

/** Everything on every screen with `GUANTONG_EVERY_PAGE=1`. */
const isWhole = process.env.GUANTONG_EVERY_PAGE === '1';

/** A command hall's screen is looked at where a page is made for it, or grows with its width. */
const grows = ['rules', 'indicators', 'ingest', 'returned', 'propose', 'catalogue', 'lineage'];
const houses = ['warehouses', 'town-warehouses', 'libraries'];
const madeForWide = ['wall', 'cockpit', ...(isWhole ? [...grows, ...houses] : [])];
const shownOn = (screen: Screen): readonly PageRoute[] =>
  screen === 'wide'
    ? pages.filter(({ path }) => madeForWide.some((name) => path.startsWith(`/${name}`)))
    : pages;

/** Their page is looked at on the widest screen already; else in turns on the other two. */
const statesOn = (screen: Screen): readonly string[] =>
  screen === 'wide'
    ? []
    : states.filter((_, at) => isWhole || at % 2 === (screen === 'desk' ? 0 : 1));

describe.skipIf(noBrowser !== undefined).each(screens)('on a %s', (screen) => {
  beforeAll(async () => {
    // Without motion: what is on its way somewhere is in no state anybody looks at.
    people = await audience(stage.url, 'reduce');
  });
  afterAll(() => people?.close());

  test.each(shownOn(screen).map((page) => [page.path, page] as const))(
    '%s',
    async (_, route) => {
      expect(await look(addressOf(route), screen)).toEqual([]);
    },
    180_000,
  );

  test.each(statesOn(screen))('%s', { timeout: 180_000 }, async (address) => {
    expect(await look(address, screen)).toEqual([]);
  });

  test('files in hand, before they are delivered', { timeout: 180_000 }, async () => {
    expect(await look('/ingest?dataset=components', screen, previewed)).toEqual([]);
  });

  test('a file read, before it is catalogued', { timeout: 180_000 }, async () => {
    expect(await look('/propose', screen, proposed)).toEqual([]);
  });
});
