/**
 * `node bench/discovery-fit.ts <199801.txt>`: fits the weights of the model of names and writes
 * them. Fitted on: three weeks of a newspaper (discovery-news.ts), the development half of the hard
 * texts with names exchanged, its contexts mixed, words of the dictionary put where names stood,
 * and the platform's own Chinese, which names nobody. Not read here: the rest of the newspaper, the
 * held-back half, the other domains, the frames and the texts written by hand.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dict } from '@node-rs/jieba/dict.js';
import { surnames } from '#catalogue';
import { cutWords, examplesOf, isHistoric } from '#gate';
import { type Random, randomOf } from '#sample';
import { bareTexts, hardTexts, mixedTexts } from './discovery-hard.ts';
import { Learner, type Learning } from './discovery-learn.ts';
import { newsTexts } from './discovery-news.ts';
import type { Labelled } from './discovery-vectors.ts';

const root = join(import.meta.dirname, '..');
const to = join(root, 'src/capabilities/gate/actions/discovery/find/weights.tsv.gz');
const [file = ''] = process.argv.slice(2);
const rounds = 4;
const mixed = 8000;
const inserted = 5000;
const bare = 3000;
const strangers = 12_000;
const how: Learning = { epochs: 8, wanted: 5, atLeast: 3, hidden: 0.25, wordless: 0.15 };
/** What one example of a kind counts. */
const weight = { news: 1, frame: 1, mixed: 0.5, own: 1, put: 0.5, between: 0.3 };

const among = (list: string): string[] => list.split(' ');
const families = new Set([...surnames.single, ...surnames.compound]);
const exchanged = 0.6;

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

const namesOf = ({ truth }: Labelled): Labelled['truth'] =>
  truth.filter(({ type }) => type === 'person_name');

/** Signs names of other tongues are spelt with, in pieces that are put together anew. */
const begins = among(
  '阿布 阿卜 买买 吐尔 艾合 玉素 努尔 古丽 阿依 热孜 米热 卡米 塔依 萨拉 库尔 帕尔 别克 叶尔 哈力 祖丽 麦麦 茹仙 伊力 迪力 巴合 沙迪 木合 赛力 胡安 达列 江阿 玛依 也尔 加依 恩特',
);
const goesOn = among(
  '力孜 提 洪 江 别克 拜 汗 古丽 兰 布拉克 肯 尔兰 甫 森 买提 西提 巴依 木 尔 娜尔 热 扎提 马尔 布拉 波拉提 达尔 哈孜 努尔',
);
const firsts = among(
  '乌云 其木格 哈斯 巴根 巴特尔 那顺 斯琴 图雅 娜仁 格日勒 呼和 额尔敦 朝鲁 孟和 吉木 吉克 曲比 沙马 马海 海来 扎西 才让 贡保 拉毛 卓玛 仁青 索南 南杰 旦正',
);
const seconds = among(
  '其木格 巴根 巴特尔 高娃 图雅 托娅 格日勒 布和 阿支 阿牛 伍呷 日古 拉日 史古 才让 草 措 加 吉 卓玛 东智 南杰 多杰 扎西',
);

const spelt = (random: Random): string =>
  random.pick(begins) + (random.chance(0.8) ? random.pick(goesOn) : '');

/** Another name that is built alike. */
function like(random: Random, name: string, other: (random: Random) => string): string {
  if (name.includes('·')) return `${spelt(random)}·${spelt(random)}`;
  if (name.length > 3 && !families.has(name.slice(0, 2))) {
    return random.pick(firsts) + random.pick(seconds);
  }
  return other(random);
}

/** Most names exchanged for others that are built alike. */
function renamed(random: Random, one: Labelled, other: (random: Random) => string): Labelled {
  const made: Labelled = { text: '', truth: [] };
  const now = new Map<string, string>();
  let at = 0;
  for (const { type, start, end } of one.truth.toSorted((a, b) => a.start - b.start)) {
    made.text += one.text.slice(at, start);
    const was = one.text.slice(start, end);
    if (type === 'person_name' && !now.has(was)) {
      now.set(was, random.chance(exchanged) ? like(random, was, other) : was);
    }
    const name = now.get(was) ?? was;
    made.truth.push({ type, start: made.text.length, end: made.text.length + name.length });
    made.text += name;
    at = end;
  }
  made.text += one.text.slice(at);
  return made;
}

/** Names of the dictionary: few are met more than once. */
function namesOfDictionary(): string[] {
  return entries()
    .filter(([word, , tag]) => tag === 'nr' && /^\p{Script=Han}{2,3}$/u.test(word))
    .map(([word]) => word)
    .filter((word) => families.has(word[0] ?? ''));
}

/** Words that could be given names: both signs are met in names. 红旗, 成功, 有余 */
function wordsAsGiven(names: readonly string[]): string[] {
  const signs = new Map<string, number>();
  for (const name of names) {
    for (const sign of name.slice(1)) signs.set(sign, (signs.get(sign) ?? 0) + 1);
  }
  return entries()
    .filter(([word, times, tag]) => {
      const fits = word.length === 2 && times >= 5 && /^[nvai]/.test(tag) && !/^n[rst]/.test(tag);
      return fits && [...word].every((sign) => (signs.get(sign) ?? 0) >= 60);
    })
    .map(([word]) => word);
}

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

/** Words of the dictionary with how often they are met and what they are. */
const entries = (): [word: string, times: number, tag: string][] =>
  new TextDecoder()
    .decode(dict)
    .split('\n')
    .map((line) => {
      const [word = '', times = '0', tag = 'x'] = line.trim().split(' ');
      return [word, Number(times), tag];
    });

/** Words of the dictionary of two and three signs, each as often as the root of its frequency. */
const dictionary = (): [string, number][] =>
  entries()
    .filter(([word, times, tag]) => {
      const fits = /^\p{Script=Han}{2,3}$/u.test(word) && !/^n[rst]/.test(tag);
      return fits && times >= 30;
    })
    .map(([word, times]) => [word, Math.sqrt(times)]);

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

const random = randomOf('discovery-fit');
const news = newsTexts(file, 'fit');
const met = news.flatMap(({ text, truth }) =>
  truth.map(({ start, end }) => text.slice(start, end)),
);
const prose = ownProse();
const learner = new Learner();
const tell = (texts: readonly Labelled[], each: number): void => {
  for (const one of texts) learner.add(examplesOf(one.text, namesOf(one)), each);
};
const known = namesOfDictionary();
const wordy = wordsAsGiven(known);
const givenOf = (name: string): string => name.slice(1);
const another = (by: Random): string => {
  const family = by.pick(surnames.single.slice(0, by.pick([20, 60, 200, 600])));
  return by.weighted<() => string>([
    [() => by.pick(met), 4],
    [() => family + givenOf(by.pick(met)), 3],
    [() => family + givenOf(by.pick(known)), 1],
    [() => family + by.pick(wordy), 1.5],
  ])();
};
const other = (texts: readonly Labelled[]): Labelled[] =>
  texts.map((one) => renamed(random, one, another));
// The newspaper calls persons of history persons too; office texts here do not.
for (const { text, truth, unsure } of news) {
  const past = truth.filter(({ start, end }) => isHistoric(text.slice(start, end)));
  const living = truth.filter((one) => !past.includes(one));
  learner.add(examplesOf(text, living, [...unsure, ...past]), weight.news);
}
for (let round = 0; round < rounds; round += 1) tell(other(hardTexts(random, 'dev')), weight.frame);
tell(other(mixedTexts(random, 'dev', mixed)), weight.mixed);
tell(other(bareTexts(random, 'dev', bare)), weight.put);
tell(
  prose.map((text): Labelled => ({ text, truth: [] })),
  weight.own,
);
tell(words(random, prose), weight.put);
tell(between(random, prose), weight.between);
tell(takenForNames(random), weight.put);
const { examples, names } = learner.size;
process.stdout.write(`${examples} places, ${names} names\n`);
const weights = learner.weighed(random, how, (loss) =>
  process.stdout.write(`${loss.toFixed(5)}\n`),
);
const lines = [...weights]
  .map(([name, weight]) => `${name}\t${Math.round(weight * 100)}\n`)
  .toSorted();
writeFileSync(to, gzipSync(lines.join(''), { level: 9 }));
process.stdout.write(`${lines.length} weights\n`);
