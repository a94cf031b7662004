/**
 * Breaks comments and YAML that are too long: `node tests/tidy/wrap.ts src/kernel/db`. Code is
 * Biome's work; strings are yours.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, projectTree } from './tree.ts';

const limit = 100;
/** Beginning of a comment's line, its words, and what ends it. */
const comment = /^(\s*(?:\/\*\*|\*|\/\/|--|#) +)(\S.*?)( *\*\/)?$/;
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

/** Longest line of a pack. */
const packLimit = 120;
/** `key: {a: ..., b: ...}` or `- {...}` on one line. */
const flow = /^(\s*)(?:- )?(?:[\w$.-]+|'[^']*'|"[^"]*")?:? ?\{.*\}$/;

/** Where a line of YAML may be broken: after a comma of its outermost braces. */
function breaksOf(line: string): number[] {
  const found: number[] = [];
  let depth = 0;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (/["']/.test(sign) && /[\s{[,:]/.test(line[at - 1] ?? ' ')) quote = sign;
    else if (/[{[]/.test(sign)) depth += 1;
    else if (/[}\]]/.test(sign)) depth -= 1;
    else if (sign === ',' && line[at + 1] === ' ' && depth === 1) found.push(at + 1);
  }
  return found;
}

/** The text with every long mapping in braces broken between its entries. */
export function wrapYaml(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = flow.exec(line)?.[1];
      if (line.length <= packLimit || indent === undefined) return [line];
      const deeper = `${indent}    `;
      const parts: string[] = [];
      let start = 0;
      for (const at of [...breaksOf(line), line.length]) {
        const last = parts.at(-1);
        const piece = line.slice(start, at).trimStart();
        if (last !== undefined && last.length + piece.length < packLimit) {
          parts[parts.length - 1] = `${last} ${piece}`;
        } else parts.push(last === undefined ? line.slice(0, at) : deeper + piece);
        start = at;
      }
      return parts;
    })
    .join('\n');
}

if (import.meta.main) {
  const under = process.argv.slice(2);
  for (const [path, text] of projectTree()) {
    if (!under.some((start) => path.startsWith(start))) continue;
    const isYaml = path.endsWith('.yaml');
    if (!isYaml && !/\.(ts|tsx|sql)$/.test(path)) continue;
    const wrapped = isYaml ? wrapYaml(text) : wrapComments(text);
    if (wrapped !== readFileSync(join(projectRoot, path), 'utf8')) {
      writeFileSync(join(projectRoot, path), wrapped);
      process.stdout.write(`${path}\n`);
    }
  }
}
