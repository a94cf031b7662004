/** The files the rules look at, and what they import. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Path from the project's root -> text. */
export type Tree = ReadonlyMap<string, string>;

/** One house rule. Each message says where, what, and what to do instead. */
export interface Rule {
  name: string;
  check(tree: Tree): string[];
  /** A tree that breaks the rule, and the places where: a rule that finds nothing is none. */
  broken: { files: Record<string, string>; at: string[] };
}

const binary = /\.(png|jpg|jpeg|ico|woff2?|parquet|xlsx|gz|zip|webp|gif|pdf)$/;

/** Everything git tracks or would: what a clone holds, and what the next commit would add to it. */
export function projectTree(): Tree {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = listed.split('\0').filter((path) => path !== '' && !binary.test(path));
  const there = paths.filter((path) => existsSync(join(projectRoot, path))).sort();
  return new Map(there.map((path) => [path, readFileSync(join(projectRoot, path), 'utf8')]));
}

export interface Import {
  /** As it is written. */
  what: string;
  line: number;
  /** `import type` and `export type` vanish before the program runs. */
  typeOnly: boolean;
}

const importPattern =
  /(?:^|\n)[ \t]*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** What a file of TypeScript imports, statically and dynamically. */
export function importsOf(text: string): Import[] {
  return [...text.matchAll(importPattern)].map((match) => {
    const before = text.slice(0, match.index + match[0].length);
    return {
      what: match[2] ?? match[3] ?? '',
      line: before.split('\n').length,
      typeOnly: match[1] !== undefined,
    };
  });
}

export const isCode = (path: string): boolean => /\.(ts|tsx)$/.test(path);
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || path.startsWith('tests/');

/** Code of the product: no tests, nothing that helps them. */
export const product = (tree: Tree): [path: string, text: string][] =>
  [...tree].filter(([path]) => isCode(path) && !isTest(path));

/** The folder a file belongs to: nobody leaves it but through the doors of others. */
export function folderOf(path: string): string {
  const parts = path.split('/');
  const depth =
    path.startsWith('src/kernel/') ||
    path.startsWith('src/capabilities/') ||
    path.startsWith('web/pages/')
      ? 3
      : 2;
  return parts.slice(0, Math.min(depth, parts.length - 1)).join('/');
}

/** Where a relative import leads, from the project's root. */
export const resolveRelative = (from: string, what: string): string =>
  posix.normalize(posix.join(dirname(from), what));

/** Name -> file, from the `imports` of package.json. */
export function doorsOf(tree: Tree): Map<string, string> {
  const { imports = {} } = JSON.parse(tree.get('package.json') ?? '{}') as {
    imports?: Record<string, string>;
  };
  return new Map(Object.entries(imports).map(([name, to]) => [name, posix.normalize(to)]));
}

/** Capabilities in the order of the one list. */
export function capabilityOrder(tree: Tree): string[] {
  const list = tree.get('src/app/capabilities.ts') ?? '';
  const inside = /capabilities[^=]*=\s*\[([^\]]*)\]/.exec(list)?.[1] ?? '';
  return inside
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Lines of a text that match, as `path:line`. */
export function linesWith(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []));
}
