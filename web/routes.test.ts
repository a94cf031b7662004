/**
 * Page folders side by side: no address twice, a place of its own in the navigation, modules that
 * exist.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PageRoute } from '#web/client';

const folder = join(import.meta.dirname, 'pages');
const files = readdirSync(folder)
  .map((name) => join(folder, name, 'page.ts'))
  .filter((file) => existsSync(file));

interface Found {
  file: string;
  page: PageRoute;
}

const found = async (): Promise<Found[]> => {
  const modules = await Promise.all(
    files.map(async (file) => {
      const module: unknown = await import(file);
      return (module as { pages: readonly PageRoute[] }).pages.map((page) => ({ file, page }));
    }),
  );
  return modules.flat();
};

const twice = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.indexOf(name) !== at);

describe('pages', () => {
  it('tells what stands twice', () => {
    expect(twice(['/a', '/b', '/a'])).toEqual(['/a']);
  });

  it('have an address of their own', async () => {
    // Parameters of any name match the same addresses.
    const paths = (await found()).map(({ page }) => page.path.replace(/:\w+/g, ':'));
    expect(paths.length).toBeGreaterThan(5);
    expect(twice(paths)).toEqual([]);
  });

  it('have a place of their own in the navigation, with words in both languages', async () => {
    const navs = (await found()).flatMap(({ page }) => (page.nav ? [page.nav] : []));
    expect(twice(navs.map((nav) => String(nav.order)))).toEqual([]);
    expect(navs.filter((nav) => nav.label.zh === '' || nav.label.en === '')).toEqual([]);
  });

  it.each(files)('%s loads modules that exist', (file) => {
    const loads = [...readFileSync(file, 'utf8').matchAll(/import\('(\.[^']+)'\)/g)];
    expect(loads.length).toBeGreaterThan(0);
    const missing = loads.filter(([, path = '']) => !existsSync(join(dirname(file), path)));
    expect(missing.map(([, path]) => path)).toEqual([]);
  });
});
