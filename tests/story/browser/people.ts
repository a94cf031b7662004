/**
 * People at their screens: one Chromium, for each person a context of his own, signed in by typing.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { demoPassword } from '#sample';

/** Where Debian's package puts it. */
const executablePath = '/usr/bin/chromium';

/** Why the browser's tests are skipped here, when they are. */
export const noBrowser: string | undefined = existsSync(executablePath)
  ? undefined
  : `no Chromium at ${executablePath}: apt-get install chromium`;

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Screens as in the look: a desk, a grid worker's phone. */
const screens = {
  desk: { viewport: { width: 1440, height: 900 } },
  wide: { viewport: { width: 1920, height: 1080 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
} as const;

/** How long a page may take to show what it should, on a busy machine. */
export const patienceMs = 60_000;

export interface Audience {
  /** The page of a person, signed in at the first call and kept. */
  at(login: string, screen?: keyof typeof screens): Promise<Page>;
  /** Keeps a picture of a page when GUANTONG_TEST_SHOTS names a folder. */
  shot(page: Page, name: string): Promise<void>;
  /** The same of everybody's page, by his name. */
  shotAll(name: string): Promise<void>;
  /** Faults the pages met so far: uncaught errors, refused requests of the application. */
  faults: string[];
  close(): Promise<void>;
}

function listen(page: Page, login: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`${login}: ${error.message}`));
  page.on('response', (answer) => {
    if (answer.status() < 500) return;
    faults.push(`${login}: ${answer.status()} ${answer.url()}`);
  });
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(demoPassword);
  await page.getByRole('button', { name: /登\s*录/ }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
}

/** Whether things move on their screens; who asked his system for stillness sees none move. */
export type Motion = 'no-preference' | 'reduce';

async function enter(
  browser: Browser,
  screen: keyof typeof screens,
  { baseURL, reducedMotion }: { baseURL: string; reducedMotion: Motion },
) {
  const given = { baseURL, reducedMotion, locale: 'zh-CN' };
  const context = await browser.newContext({ ...screens[screen], ...given });
  context.setDefaultTimeout(patienceMs);
  context.setDefaultNavigationTimeout(patienceMs);
  return context;
}

async function shot(page: Page, name: string): Promise<void> {
  const shots = process.env.GUANTONG_TEST_SHOTS;
  if (shots === undefined) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** People nobody knows yet: each visit is a browser without cookies. */
export interface Visitors extends Pick<Audience, 'shot' | 'close'> {
  visit(screen?: keyof typeof screens): Promise<Page>;
}

/** Opens Chromium before a server. Close it when done. */
export async function visitors(
  baseURL: string,
  reducedMotion: Motion = 'no-preference',
): Promise<Visitors> {
  const browser = await chromium.launch({ executablePath, args });
  const contexts: BrowserContext[] = [];
  return {
    visit: async (screen = 'desk') => {
      const context = await enter(browser, screen, { baseURL, reducedMotion });
      contexts.push(context);
      return context.newPage();
    },
    shot,
    close: async () => {
      for (const context of contexts) await context.close();
      await browser.close();
    },
  };
}

/** The same for people who sign in as somebody of the demo. Close it when done. */
export async function audience(baseURL: string, motion?: Motion): Promise<Audience> {
  const { visit, close } = await visitors(baseURL, motion);
  const pages = new Map<string, Page>();
  const faults: string[] = [];
  return {
    faults,
    at: async (login, screen = 'desk') => {
      const known = pages.get(login);
      if (known) return known;
      const page = await visit(screen);
      listen(page, login, faults);
      await signIn(page, login);
      pages.set(login, page);
      return page;
    },
    shot,
    shotAll: async (name) => {
      for (const [login, page] of pages) await shot(page, `${name}-${login}`);
    },
    close,
  };
}
