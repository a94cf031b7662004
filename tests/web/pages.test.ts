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
let people: Record<Screen, Audience>;
let facts: StoryFacts;

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  stage = await browserStage();
  facts = await playStory(stage);
  // A person has one page in an audience.
  const [desk, phone, wide] = await Promise.all(screens.map(() => audience(stage.url)));
  if (desk && phone && wide) people = { desk, phone, wide };
}, 600_000);

afterAll(async () => {
  for (const each of Object.values(people ?? {})) await each.close();
  await stage?.close();
}, 120_000);

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

/** Looks at a page in one language and tells what it would be ashamed of. */
async function faultsOf(page: Page, address: string, language: Language): Promise<string[]> {
  const sign = address.includes('?') ? '&' : '?';
  await openPage(page, `${address}${sign}lang=${language}`);
  const { texts, wide, refused, paintMs } = await lookAt(page);
  // It shows on purpose a refusal and data of both languages.
  const gallery = address.startsWith('/parts');
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

async function look(route: PageRoute, screen: Screen): Promise<string[]> {
  const address = addressOf(route);
  const page = await people[screen].at(readerOf(route.path), screen);
  const heard = listen(page);
  const seen: string[] = [];
  for (const language of languages) {
    seen.push(...(await faultsOf(page, address, language)));
    await people[screen].shot(page, `${screen}-${language}${address.replace(/\W+/g, '-')}`);
  }
  heard.stop();
  return [...seen, ...heard.faults];
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

/** A command hall's screen is looked at where a page is made for it, or grows with its width. */
const madeForWide = /^\/(wall|cockpit|rules|indicators)/;
const shownOn = (screen: Screen): readonly PageRoute[] =>
  screen === 'wide' ? pages.filter((page) => madeForWide.test(page.path)) : pages;

describe.skipIf(noBrowser !== undefined).each(screens)('on a %s', (screen) => {
  test.each(shownOn(screen).map((page) => [page.path, page] as const))(
    '%s',
    async (_, route) => {
      expect(await look(route, screen)).toEqual([]);
    },
    60_000,
  );
});
