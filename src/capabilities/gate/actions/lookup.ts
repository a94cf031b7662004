/**
 * Looks up rows of a hot copy. Requests that come while a look-up is under way wait for it and go
 * together in the next one: under load many readers share a round trip, a single one never waits.
 */
import type { Db } from '#kernel/db';
import * as store from '../store.ts';

/** Compiled select list and condition of one class of readers. */
export interface Statement {
  select: string;
  where: string;
  /** Keys of its hashes, bound as values. */
  keys: readonly Buffer[];
}

/** The answer for one key: `rows` holds it when it is there and seen. */
export type Lookup = (key: string) => Promise<store.HotAnswer>;

interface Waiting {
  key: string;
  resolve: (answer: store.HotAnswer) => void;
  reject: (error: unknown) => void;
}

const keysTogether = 200;

/**
 * One look-up at a time: its round trip costs as much as some ten keys, so that who comes meanwhile
 * had better share the next one.
 */
class Batches {
  readonly #run: (keys: string[]) => Promise<store.HotAnswer>;
  #waiting: Waiting[] = [];
  #isUnderWay = false;

  constructor(run: (keys: string[]) => Promise<store.HotAnswer>) {
    this.#run = run;
  }

  ask(key: string): Promise<store.HotAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    if (this.#isUnderWay || this.#waiting.length === 0) return;
    const taken = this.#waiting.splice(0, keysTogether);
    this.#isUnderWay = true;
    void this.#answer(taken).finally(() => {
      this.#isUnderWay = false;
      this.#next();
    });
  }

  async #answer(taken: readonly Waiting[]): Promise<void> {
    try {
      const answer = await this.#run([...new Set(taken.map(({ key }) => key))]);
      for (const { resolve } of taken) resolve(answer);
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }
}

/**
 * No row has a key that the database cannot hold. It must not be asked for: the look-up would fail,
 * and with it those of all who share it.
 */
const askable = (key: string): string => key.replaceAll('\0', '\ufffd').toWellFormed();

/** A look-up on the pool, or, inside a transaction, one that shares nothing. */
export function lookup(db: Db, dataset: string, statement: Statement): Lookup {
  const compiled = store.hotStatement(statement);
  const run = (keys: string[]) => store.hotRows({ db }, dataset, keys.map(askable), compiled);
  if (db.isTransaction) return (key) => run([key]);
  const batches = new Batches(run);
  return (key) => batches.ask(key);
}
