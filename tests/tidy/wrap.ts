/**
 * Breaks comments that are too long: `node tests/tidy/wrap.ts src/kernel/db`. Code is Biome's work;
 * strings are yours.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, projectTree } from './tree.ts';

const limit = 100;
/** Beginning of a comment's line, its words, and what ends it. */
const comment = /^(\s*(?:\/\*\*|\*|\/\/|--) +)(\S.*?)( *\*\/)?$/;
/** A line that begins something of its own and takes no words of the line before. */
const begins = /^([@\-`|]|\d+\.)/;

/** Where the words of an overlong line continue. */
const continued = (start: string): string => start.replace('/**', ' *');

/** Puts the words that do not fit before those of the next line, or on a line of their own. */
function pushDown(lines: string[], at: number, start: string, words: string): void {
  const next = comment.exec(lines[at] ?? '');
  const joins = next !== null && next[1] === start && !begins.test(next[2] ?? '');
  if (joins) lines[at] = `${start}${words} ${(lines[at] ?? '').slice(start.length)}`;
  else lines.splice(at, 0, start + words);
}

/** The text with every comment broken before the limit. */
export function wrapComments(text: string): string {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const found = line.length > limit ? comment.exec(line) : null;
    if (found === null) continue;
    const [, start = '', words = '', end] = found;
    if (end !== undefined) {
      const indent = /^\s*/.exec(start)?.[0] ?? '';
      const star = start.includes('/**');
      const open = star ? [`${indent}/**`, `${indent} * ${words}`] : [start + words];
      lines.splice(at, 1, ...open, `${indent}${star ? ' ' : ''}*/`);
      at -= 1;
      continue;
    }
    const cut = words.lastIndexOf(' ', limit - start.length);
    if (cut <= 0) continue;
    lines[at] = start + words.slice(0, cut);
    pushDown(lines, at + 1, continued(start), words.slice(cut + 1));
  }
  return lines.join('\n');
}

if (import.meta.main) {
  const under = process.argv.slice(2);
  for (const [path, text] of projectTree()) {
    if (!/\.(ts|tsx|sql)$/.test(path) || !under.some((start) => path.startsWith(start))) continue;
    const wrapped = wrapComments(text);
    if (wrapped !== readFileSync(join(projectRoot, path), 'utf8')) {
      writeFileSync(join(projectRoot, path), wrapped);
      process.stdout.write(`${path}\n`);
    }
  }
}
