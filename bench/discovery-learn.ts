/**
 * Fits a log-linear model whose examples choose one of several candidates or none: one example
 * after another, steps by feature that shrink with what it has moved (FTRL-Proximal; McMahan et
 * al., Ad Click Prediction: a View from the Trenches, KDD 2013, algorithm 1). Its first norm keeps
 * features of single words out that tell nothing.
 */
import type { Example } from '#gate';
import type { Random } from '#sample';

export interface Learning {
  epochs: number;
  /** A name missed weighs so many times a word taken for one. */
  wanted: number;
  /** Features of fewer choices than this are left out. */
  atLeast: number;
  /** Of so many examples what stands around is hidden: the signs have to tell by themselves too. */
  hidden: number;
  /** Of so many the very words: their kinds have to tell by themselves too. */
  wordless: number;
}

const alpha = 0.1;
const beta = 1;
const sparse = 0.5;
const ridge = 1;
const steepest = 30;
/** Weights smaller than this are left out: no score of the bench changes by them. */
const least = 0.03;

const around = /^(?:[<>|]|alone|framed|told|quoted|whole|word&|bare)/;
const lexical = /^[|=]/;

interface Choice {
  features: Int32Array;
  values: Float32Array;
}

interface Told {
  choices: Choice[];
  is: number;
  weight: number;
}

/** Examples are added, then weighed once. */
export class Learner {
  readonly #ids = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #told: Told[] = [];

  get size(): { examples: number; names: number } {
    const names = this.#told.filter(({ is }) => is >= 0).length;
    return { examples: this.#told.length, names };
  }

  add(examples: readonly Example[], weight: number): void {
    for (const { choices, is } of examples) {
      if (choices.length === 0) continue;
      this.#told.push({ is, weight, choices: choices.map((each) => this.#choice(each)) });
    }
  }

  #choice(features: Example['choices'][number]): Choice {
    const all = [['bias', 1] as const, ...features];
    return {
      features: Int32Array.from(all, ([name]) => this.#id(name)),
      values: Float32Array.from(all, ([, value]) => value),
    };
  }

  #id(name: string): number {
    const id = this.#ids.get(name) ?? this.#ids.size;
    this.#ids.set(name, id);
    this.#counts[id] = (this.#counts[id] ?? 0) + 1;
    return id;
  }

  /** The weights by feature, nought left out. @param heard told after every epoch: mean loss */
  weighed(random: Random, how: Learning, heard: (loss: number) => void): Map<string, number> {
    const model = new Model(this.#ids, this.#counts, how.atLeast);
    const order = [...this.#told];
    for (let epoch = 0; epoch < how.epochs; epoch += 1) {
      let loss = 0;
      for (const one of shuffled(random, order)) {
        const hides = (random.chance(how.hidden) ? 1 : 0) + (random.chance(how.wordless) ? 2 : 0);
        loss += model.learn(one, hides, how.wanted);
      }
      heard(loss / order.length);
    }
    return new Map(
      [...this.#ids]
        .map(([name, id]): [string, number] => [name, model.weight(id)])
        .filter(([, weight]) => Math.abs(weight) >= least),
    );
  }
}

function shuffled<T>(random: Random, list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = random.whole(0, at);
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}

const leftOut = 4;
const dropped = 0.2;

/** A share between 0 and 1 that two numbers give, always the same. */
const mixed = (one: number, other: number): number =>
  (Math.imul(one ^ Math.imul(other, 0x85ebca6b), 0x9e3779b1) >>> 16) / 65_536;

class Model {
  /** Bits: 1 tells of what stands around, 2 of the very words, 4 is left out. */
  readonly #kinds: Uint8Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  /** Examples so far. */
  #turn = 0;

  constructor(ids: ReadonlyMap<string, number>, counts: readonly number[], atLeast: number) {
    this.#kinds = new Uint8Array(ids.size);
    this.#sums = new Float64Array(ids.size);
    this.#squares = new Float64Array(ids.size);
    for (const [name, id] of ids) {
      const rare = (counts[id] ?? 0) < atLeast ? leftOut : 0;
      this.#kinds[id] = (around.test(name) ? 1 : 0) + (lexical.test(name) ? 2 : 0) + rare;
    }
  }

  weight(id: number): number {
    const sum = this.#sums[id] ?? 0;
    const dead = ((this.#kinds[id] ?? 0) & 2) === 0 ? 0 : sparse;
    if (Math.abs(sum) <= dead) return 0;
    const slowed = (beta + Math.sqrt(this.#squares[id] ?? 0)) / alpha + ridge;
    return -(sum - Math.sign(sum) * dead) / slowed;
  }

  /** One example; its loss before. @param hides the kinds of features that are not seen */
  learn({ choices, is, weight }: Told, hides: number, wanted: number): number {
    const hidden = hides | leftOut;
    this.#turn += 1;
    const odds = choices.map((one) => Math.exp(Math.min(steepest, this.#score(one, hidden))));
    const all = odds.reduce((sum, each) => sum + each, 1);
    const by = weight * (is < 0 ? 1 : wanted);
    for (const [at, one] of choices.entries()) {
      const slope = ((odds[at] ?? 0) / all - (at === is ? 1 : 0)) * by;
      if (Math.abs(slope) > 1e-5) this.#move(one, hidden, slope);
    }
    return -Math.log((is < 0 ? 1 : (odds[is] ?? 1)) / all);
  }

  /** In an example a fifth of the very words is unseen, so that none is leaned on alone. */
  #unseen(id: number, hidden: number): boolean {
    const kind = this.#kinds[id] ?? 0;
    if ((kind & hidden) !== 0) return true;
    return (kind & 2) !== 0 && mixed(id, this.#turn) < dropped;
  }

  #score({ features, values }: Choice, hidden: number): number {
    let sum = 0;
    for (let at = 0; at < features.length; at += 1) {
      const id = features[at] ?? 0;
      if (!this.#unseen(id, hidden)) sum += this.weight(id) * (values[at] ?? 0);
    }
    return sum;
  }

  #move({ features, values }: Choice, hidden: number, slope: number): void {
    for (let at = 0; at < features.length; at += 1) {
      const id = features[at] ?? 0;
      if (this.#unseen(id, hidden)) continue;
      const gradient = slope * (values[at] ?? 0);
      const before = this.#squares[id] ?? 0;
      const after = before + gradient * gradient;
      const step = (Math.sqrt(after) - Math.sqrt(before)) / alpha;
      this.#sums[id] = (this.#sums[id] ?? 0) + gradient - step * this.weight(id);
      this.#squares[id] = after;
    }
  }
}
