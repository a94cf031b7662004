/**
 * `node bench/discovery-fit.ts`: fits the weights of the model of names on the development half of
 * the hard texts, on its contexts mixed, on words of the dictionary put where names stood, and on
 * the platform's own Chinese, which names nobody; and writes them. The held-back half, the other
 * domains, the frames and the texts written by hand are not read here.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dict } from '@node-rs/jieba/dict.js';
import { cutWords, type Example, examplesOf } from '#gate';
import { type Random, randomOf } from '#sample';
import { bareTexts, hardTexts, mixedTexts } from './discovery-hard.ts';
import type { Labelled } from './discovery-vectors.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'src/capabilities/gate/actions/discovery/find/weights.ts');
const rounds = 12;
const mixed = 8000;
const epochs = 8;
const step = 0.3;
const shrink = 1e-4;
/** Of so many examples the words around are hidden: the signs have to tell by themselves too. */
const hidden = 0.25;
/** A name missed weighs more than a word taken for one. */
const wanted = 3;
const inserted = 5000;
const bare = 4000;
const strangers = 12_000;

interface Told extends Example {
  weight: number;
}

/** Chinese of contracts, error tables and pages: prose of the trade without persons. */
function ownProse(): string[] {
  const files = globSync('{packs,src,web}/**/*.{yaml,ts,tsx}', { cwd: root }).filter(
    (name) => !/sample|\.test\.|find\/|semantics/.test(name),
  );
  const lines = files.flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/zh: ['"]?([^'"\n]{6,200})/g)].map(
      ([, text = '']) => text,
    ),
  );
  return [...new Set(lines)].filter((line) => /\p{Script=Han}{4}/u.test(line));
}

const told = ({ text, truth }: Labelled, weight: number): Told[] => {
  const names = truth.filter(({ type }) => type === 'person_name');
  return examplesOf(text, names).map((one) => ({ ...one, weight }));
};

/** Names put between two words of the platform's own prose, where nothing speaks for one. */
function between(random: Random, prose: readonly string[]): Labelled[] {
  const names = mixedTexts(random, 'dev', inserted).flatMap(({ text, truth }) =>
    truth
      .filter(({ type }) => type === 'person_name')
      .map(({ start, end }) => text.slice(start, end)),
  );
  return names.map((name) => {
    const words = cutWords(random.pick(prose));
    const at = random.whole(0, words.length);
    const start = words.slice(0, at).join('').length;
    const text = [...words.slice(0, at), name, ...words.slice(at)].join('');
    return { text, truth: [{ type: 'person_name', start, end: start + name.length }] };
  });
}

/** Words of the prose where a name might stand, and words alone: neither is a name. */
function words(random: Random, prose: readonly string[]): Labelled[] {
  const lefts = mixedTexts(random, 'dev', inserted).flatMap(({ text, truth }) =>
    truth.filter(({ type }) => type === 'person_name').map(({ start }) => text.slice(0, start)),
  );
  return lefts.flatMap((left): Labelled[] => {
    const cut = cutWords(random.pick(prose));
    const run = cut.slice(random.whole(0, cut.length - 1)).slice(0, 6);
    const bare = random.pick(cut);
    return [
      { text: left + run.join(''), truth: [] },
      { text: bare, truth: [] },
    ];
  });
}

/** Words of the dictionary of two and three signs, each as often as the root of its frequency. */
function dictionary(): [string, number][] {
  return new TextDecoder()
    .decode(dict)
    .split('\n')
    .flatMap((line): [string, number][] => {
      const [word = '', times = '0', tag = 'x'] = line.trim().split(' ');
      const fits = /^\p{Script=Han}{2,3}$/u.test(word) && !/^n[rst]/.test(tag);
      return fits && Number(times) >= 30 ? [[word, Math.sqrt(Number(times))]] : [];
    });
}

/** Words of the dictionary where a name might stand: no names. */
function takenForNames(random: Random): Labelled[] {
  const known = dictionary();
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of known) {
    total += weight;
    sums.push(total);
  }
  const drawn = (): string => {
    const at = (random.whole(0, 1_000_000) / 1_000_000) * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((sums[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return known[low]?.[0] ?? '';
  };
  return mixedTexts(random, 'dev', strangers).flatMap(({ text, truth }): Labelled[] => {
    const [one] = truth.filter(({ type }) => type === 'person_name');
    if (one === undefined) return [];
    return [{ text: text.slice(0, one.start) + drawn() + text.slice(one.end), truth: [] }];
  });
}

function shuffled<T>(random: Random, list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = random.whole(0, at);
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}

const around = /^(?:[<>]|alone|framed|told|quoted|whole|word&)/;

/**
 * A log-linear model of what begins at a sign: a name of one or two signs, or none, whose score is
 * nought. One example after another, steps that shrink by feature (Adagrad).
 */
function weighed(random: Random, examples: Told[]): Map<string, number> {
  const weights = new Map<string, number>();
  const steps = new Map<string, number>();
  const move = (name: string, slope: number): void => {
    const before = weights.get(name) ?? 0;
    const shrunk = slope - shrink * before;
    const sum = (steps.get(name) ?? 1e-6) + shrunk * shrunk;
    steps.set(name, sum);
    weights.set(name, before + (step * shrunk) / Math.sqrt(sum));
  };
  const bias = ['bias', 1] as const;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const { choices, is, weight } of shuffled(random, examples)) {
      // A word of the language is a name by what stands around it only.
      const word = choices[is]?.some(([name]) => name === 'word:other') ?? false;
      const blind = !word && random.chance(hidden);
      const seen = choices.map((features) => [
        bias,
        ...(blind ? features.filter(([name]) => !around.test(name)) : features),
      ]);
      const odds = seen.map((features) =>
        Math.exp(
          Math.min(
            40,
            features.reduce((sum, [name, v]) => sum + (weights.get(name) ?? 0) * v, 0),
          ),
        ),
      );
      const all = odds.reduce((sum, each) => sum + each, 1);
      for (const [at, features] of seen.entries()) {
        const wrong =
          (is < 0 ? 1 : wanted) * weight * ((at === is ? 1 : 0) - (odds[at] ?? 0) / all);
        for (const [name, value] of features) move(name, wrong * value);
      }
    }
  }
  return weights;
}

function written(weights: Map<string, number>): string {
  const lines = [...weights]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, weight]) => `  ${JSON.stringify(name)}: ${weight.toFixed(2)},`);
  return `/** Weights of the model of names, written by bench/discovery-fit.ts. */
export const weights: Readonly<Record<string, number>> = {
${lines.join('\n')}
};
`;
}

const random = randomOf('discovery-fit');
const prose = ownProse();
const examples = [
  ...Array.from({ length: rounds }, () => hardTexts(random, 'dev'))
    .flat()
    .map((one) => told(one, 1)),
  ...mixedTexts(random, 'dev', mixed).map((one) => told(one, 0.5)),
  ...bareTexts(random, 'dev', bare).map((one) => told(one, 0.5)),
  ...prose.map((text) => told({ text, truth: [] }, 1)),
  ...words(random, prose).map((one) => told(one, 0.6)),
  ...between(random, prose).map((one) => told(one, 0.5)),
  ...takenForNames(random).map((one) => told(one, 0.4)),
].flat();
const names = examples.filter(({ is }) => is >= 0).length;
process.stdout.write(`${examples.length} places, ${names} names\n`);
writeFileSync(file, written(weighed(random, examples)));
