/** Looking at one page: what it shows, how it stands in its window, what axe-core says of it. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Seen {
  /** Text nodes that a reader sees, outside of code and of machine names set in small letters. */
  texts: string[];
  /** Things that stand out of the window at the right, or boxes that scroll sideways. */
  wide: string[];
  refused: string[];
  paintMs: number | null;
}

/**
 * Runs in the page. Tables, code, the row of a resource's origin and a lineage may scroll in their
 * own box.
 */
function see(): Seen {
  const quiet =
    'code, pre, kbd, small, time, svg, .visually-hidden, .skip, .keycap, [lang]:not(html)';
  const mayScroll =
    '.ant-table-content, .ant-table-body, pre, .ant-segmented, .ing-scroll, .pro-scroll, .cat-lineage, .lineage-scroll, .rows-scroll, .flow-scroll, .policy-tabs';
  const width = document.documentElement.clientWidth;
  const shown = (element: Element): boolean => element.getClientRects().length > 0;
  const name = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${String(element.getAttribute('class'))}`;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode;
    const words = textContent?.trim() ?? '';
    if (words === '' || !parentElement || !shown(parentElement)) continue;
    if (parentElement.closest(quiet) === null) texts.push(words);
  }
  const cut = (element: Element): boolean =>
    getComputedStyle(element).overflowX !== 'visible' && element !== document.documentElement;
  const wide = [...document.querySelectorAll('body, body *')].flatMap((element) => {
    if (!shown(element) || element.closest(mayScroll)) return [];
    const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX);
    if (scrolls && element.scrollWidth > element.clientWidth + 1) return [name(element)];
    const { right } = element.getBoundingClientRect();
    if (right <= width + 1 || element.closest('svg')) return [];
    let above = element.parentElement;
    while (above && !cut(above)) above = above.parentElement;
    return above ? [] : [`${name(element)} to ${Math.round(right)}`];
  });
  if (document.documentElement.scrollWidth > width) wide.push('the document');
  const refused = [...document.querySelectorAll('.error-state')].map((one) => one.textContent);
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return {
    texts: [...new Set(texts)],
    wide: wide.slice(0, 3),
    refused: refused.map((words) => words ?? ''),
    paintMs: paint ? Math.round(paint.startTime) : null,
  };
}

/** Nothing is loading any more; the gallery shows what loading looks like. */
const still = (): boolean => {
  const loading = '.page-skeleton, .ant-skeleton, .ant-spin-spinning';
  const waits = [...document.querySelectorAll(loading)].some((one) => !one.closest('.gallery'));
  return document.querySelector('main *') !== null && !waits;
};

/** Opens an address and waits until it stands still. */
export async function openPage(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForFunction(still);
  await page.evaluate(
    () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}

export const lookAt = (page: Page): Promise<Seen> => page.evaluate(see);

/** Colours on their way from one to another are no colours anybody reads. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((next) => requestAnimationFrame(next));
    await frame();
    await frame();
    const moving = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(moving.map((each) => each.finished));
  });
}

/** Serious and critical violations, each with the first place it stands at. */
export async function violations(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
      // Chromium gives scrolling boxes a place in the order of keys by itself.
      rules: { 'scrollable-region-focusable': { enabled: false } },
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    }),
  );
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0]?.html.slice(0, 160)}`);
}
