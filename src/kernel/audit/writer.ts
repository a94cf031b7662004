/**
 * Writing the audit. Records of transactions go with them and are sealed a moment later; all others
 * wait for the batch under way, then go together: one transaction, one commit, one link of the
 * chain for many records.
 */
import type { Settings } from '#kernel/config';
import type { Clock, Ctx } from '#kernel/context';
import { afterCommit, type Db } from '#kernel/db';
import type { Log } from '#kernel/log';
import { type Anchors, openAnchors } from './anchors.ts';
import { type Company, openCompany } from './company.ts';
import { idMaker } from './ids.ts';
import type { Audit, AuditEntry, AuditRecord } from './model.ts';
import { type Persons, personsOf } from './persons.ts';
import { firstLink, leafOfText, linkOf, merkleRoot, sealedText } from './seal.ts';
import {
  type BatchRow,
  insertBatch,
  insertUnsealed,
  isTaken,
  lastBatch,
  takeUnsealed,
} from './store.ts';
import { openUnpacker, type Unpacker } from './unpack.ts';

export interface AuditDeps {
  /** The pool, not a transaction. */
  db: Db;
  settings: Settings;
  clock: Clock;
  log: Log;
}

/** A record as it is sealed. */
interface Sealed {
  id: string;
  text: string;
}

interface Waiting extends Sealed {
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Neither NUL nor half a surrogate pair can be kept by PostgreSQL; one such record must not fail a
 * batch.
 */
const clean = (text: string): string =>
  text.isWellFormed() && !text.includes('\u0000')
    ? text
    : text.replaceAll('\u0000', '').toWellFormed();

/** Names too: one that the database does not take would keep a whole batch from its rows. */
function cleaned(value: unknown, persons: Persons): unknown {
  if (typeof value === 'string') return clean(persons.hide(value));
  if (Array.isArray(value)) return value.map((each) => cleaned(each, persons));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, held]) => [clean(persons.hide(name)), cleaned(held, persons)]),
  );
}

const cleanDetail = (
  detail: Record<string, unknown> | undefined,
  persons: Persons,
): AuditRecord['detail'] =>
  detail === undefined
    ? null
    : (cleaned(JSON.parse(JSON.stringify(detail)), persons) as AuditRecord['detail']);

const orNull = (text: string | undefined): string | null =>
  text === undefined ? null : clean(text);

/** Said before it joins others: one record that cannot be kept must not fail a batch. */
function wholeRows(rows: number | undefined): number | null {
  if (rows === undefined || Number.isSafeInteger(rows)) return rows ?? null;
  throw new TypeError(`${rows} is no number of rows`);
}

/** A session has the same list in all its requests. */
const heldTexts = new WeakMap<Ctx['actor']['roles'], string[]>();

function heldBy({ roles }: Ctx['actor']): string[] {
  const known = heldTexts.get(roles);
  if (known !== undefined) return known;
  const texts = roles.map((held) => clean(`${held.role}@${held.unit} ${held.unitName}`));
  heldTexts.set(roles, texts);
  return texts;
}

function recordOf(ctx: Ctx, id: string, at: Date, entry: AuditEntry): AuditRecord {
  const persons = personsOf(ctx.settings);
  if (entry.persons !== undefined) persons.add(entry.persons);
  const subject = entry.subject === undefined ? undefined : persons.hide(entry.subject);
  const detail = cleanDetail(entry.detail, persons);
  return {
    id,
    at: at.toISOString(),
    actorKind: ctx.actor.kind,
    actor: clean(ctx.actor.id),
    actorName: clean(ctx.actor.name),
    roles: heldBy(ctx.actor),
    from: clean(ctx.actor.from),
    action: clean(entry.action),
    subject: orNull(subject),
    dataset: orNull(entry.dataset),
    purpose: orNull(entry.purpose),
    grant: orNull(entry.grant),
    rows: wholeRows(entry.rows),
    detail,
    requestId: clean(ctx.requestId),
    persons: persons.hashes(),
  };
}

interface Head {
  seq: number;
  link: Buffer;
}

interface Leaf {
  id: string;
  leaf: Buffer;
}

/** The batch that links `parts` to `head`. */
function nextBatch(deps: AuditDeps, head: Head, parts: readonly Leaf[]): BatchRow {
  const leaves = parts.map((part) => part.leaf);
  const facts = {
    seq: head.seq + 1,
    sealedAt: deps.clock.now(),
    ids: parts.map((part) => part.id),
    root: merkleRoot(leaves),
  };
  return {
    seq: facts.seq,
    sealed_at: facts.sealedAt,
    record_ids: facts.ids,
    leaves: Buffer.concat(leaves),
    root: facts.root,
    link: linkOf(head.link, facts),
  };
}

/**
 * Makes the chain longer. The last link is remembered: as long as this is the only process that
 * writes, a batch is one statement. When another was faster, the number of the batch is taken and
 * the work is done over.
 */
class Chain {
  readonly #deps: AuditDeps;
  #head: Head | undefined;

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  /** Writes and seals `records`, which get their rows at once or come `packed`. */
  append(records: readonly Sealed[], form: 'records' | 'packed'): Promise<Head> {
    const texts = records.map(({ text }) => text);
    const parts = records.map(({ id, text }) => ({ id, leaf: leafOfText(text) }));
    return this.#retrying(async (head) => {
      const batch = nextBatch(this.#deps, head, parts);
      await insertBatch(this.#deps.db, batch, texts, form);
      return batch;
    });
  }

  /** Seals what transactions wrote, one batch of it; `undefined` when there is nothing. */
  sealWaiting(): Promise<Head | undefined> {
    const { db, settings } = this.#deps;
    return this.#retrying((head) =>
      db.transaction().execute(async (inside) => {
        const parts = await takeUnsealed(inside, settings.audit_batch_records);
        if (parts.length === 0) return undefined;
        const batch = nextBatch(this.#deps, head, parts);
        await insertBatch(inside, batch, [], 'nothing');
        return batch;
      }),
    );
  }

  async #retrying<T extends Head | undefined>(write: (head: Head) => Promise<T>): Promise<T> {
    for (;;) {
      this.#head ??= (await lastBatch(this.#deps.db)) ?? { seq: 0, link: firstLink };
      try {
        const written = await write(this.#head);
        if (written !== undefined) this.#head = { seq: written.seq, link: written.link };
        return written;
      } catch (error) {
        this.#head = undefined;
        // Each refusal is another process's success: somebody always gets on.
        if (!isTaken(error)) throw error;
      }
    }
  }
}

/**
 * Fewer than these get their rows with the batch: there is no load that would need it otherwise.
 */
const packedFrom = 3;

class Writer implements Audit {
  readonly #deps: AuditDeps;
  readonly #anchors: Anchors;
  readonly #chain: Chain;
  readonly #unpacker: Unpacker;
  readonly #company: Company;
  readonly #nextId = idMaker();
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** A process that died may have left some. */
  #sealWanted = true;
  #sealTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: AuditDeps) {
    this.#deps = deps;
    this.#anchors = openAnchors(deps.settings);
    this.#chain = new Chain(deps);
    this.#unpacker = openUnpacker(deps);
    this.#company = openCompany(deps.settings.audit_gather_ms);
  }

  async gather(ctx: Ctx): Promise<void> {
    // A transaction keeps others waiting, and its record waits for no batch.
    if (!ctx.db.isTransaction) await this.#company.joined();
  }

  async record(ctx: Ctx, entry: AuditEntry): Promise<void> {
    const at = this.#deps.clock.now();
    const id = this.#nextId(at);
    const text = sealedText(recordOf(ctx, id, at, entry));
    if (ctx.db.isTransaction) {
      await insertUnsealed(ctx.db, text, leafOfText(text));
      afterCommit(ctx, () => this.#sealSoon());
      return;
    }
    if (this.#closed) throw new Error('the audit is closed');
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ id, text, resolve, reject });
      this.#start();
    });
  }

  async seal(): Promise<void> {
    this.#sealWanted = true;
    this.#start();
    await this.#running;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#sealTimer);
    await this.seal();
    await this.#unpacker.close();
    await this.#anchors.close();
  }

  #sealSoon(): void {
    if (this.#closed || this.#sealTimer !== undefined) return;
    this.#sealTimer = setTimeout(() => {
      this.#sealTimer = undefined;
      this.#sealWanted = true;
      this.#start();
    }, this.#deps.settings.audit_seal_delay_ms).unref();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#queue.length > 0 || this.#sealWanted) this.#start();
    });
  }

  async #run(): Promise<void> {
    // One turn of the event loop lets the requests of this turn join the batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0 || this.#sealWanted) await this.#runOnce();
  }

  async #runOnce(): Promise<void> {
    const waiting = this.#queue.splice(0, this.#deps.settings.audit_batch_records);
    try {
      if (waiting.length > 0) {
        const isPacked = waiting.length >= packedFrom;
        this.#note(await this.#chain.append(waiting, isPacked ? 'packed' : 'records'));
        if (isPacked) this.#unpacker.soon();
      }
      for (const one of waiting) one.resolve();
    } catch (error) {
      for (const one of waiting) one.reject(error);
      this.#deps.log.error({ err: error, records: waiting.length }, 'a batch of the audit failed');
    }
    if (waiting.length > 0) this.#company.done();
    if (this.#sealWanted) await this.#sealOnce();
  }

  async #sealOnce(): Promise<void> {
    this.#sealWanted = false;
    try {
      const sealed = await this.#chain.sealWaiting();
      // There may be more than one batch of them.
      if (sealed !== undefined) this.#sealWanted = true;
      this.#note(sealed);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'sealing the audit failed');
    }
  }

  #note(head: Head | undefined): void {
    if (head !== undefined) this.#anchors.note(head.seq, head.link);
  }
}

/** The audit of this process. */
export const createAudit = (deps: AuditDeps): Audit => new Writer(deps);
