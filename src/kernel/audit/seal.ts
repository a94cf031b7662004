/**
 * The arithmetic of the seal: SM3 (GB/T 32905) of each record, a Merkle tree over a batch in the
 * manner of RFC 6962 section 2.1, and the link that chains a batch to the one before it.
 */
import { hash } from 'node:crypto';
import type { AuditRecord } from './model.ts';

const sm3 = (bytes: Buffer | string): Buffer => hash('sm3', bytes, 'buffer');

export const leafBytes = 32;
const leafMark = '\u0000';
/** Mark and the two below, put together for each node in turn. */
const node = Buffer.alloc(1 + 2 * leafBytes, 1);

function nodeOf(left: Buffer, right: Buffer): Buffer {
  left.copy(node, 1);
  right.copy(node, 1 + leafBytes);
  return sm3(node);
}

/** The link before the first batch. */
export const firstLink = Buffer.alloc(leafBytes);

/**
 * JSON with the keys of objects in order, so that a value kept as jsonb hashes as it did when
 * written.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`).join(',')}}`;
}

/** Every field of a record, in the order of the seal. */
const fieldsOf = (record: AuditRecord): unknown[] => [
  record.id,
  record.at,
  record.actorKind,
  record.actor,
  record.actorName,
  record.roles,
  record.from,
  record.action,
  record.subject,
  record.dataset,
  record.purpose,
  record.grant,
  record.rows,
  record.detail,
  record.requestId,
  // Records written before there were persons keep the seal they had.
  ...(record.persons === null ? [] : [record.persons]),
];

/** The record of such a list, as it was read back from somewhere: only its seal says it is one. */
export function recordOfFields(fields: readonly unknown[]): AuditRecord {
  const [id, at, actorKind, actor, actorName, roles, from, action, ...more] = fields;
  const [subject, dataset, purpose, grant, rows, detail, requestId, persons = null] = more;
  return {
    ...{ id, at: String(at), actorKind, actor, actorName, roles, from, action, subject, dataset },
    ...{ purpose, grant, rows, detail, requestId, persons },
  } as AuditRecord;
}

/** What is sealed of a record, JSON: it is kept and hashed as this one text. */
export function sealedText(record: AuditRecord): string {
  const fields = fieldsOf(record);
  // Only the detail has keys to put in order; without one the engine's own JSON is the same text.
  return record.detail === null ? JSON.stringify(fields) : canonical(fields);
}

/** SM3 of one record, from its sealed text. */
export const leafOfText = (text: string): Buffer => sm3(leafMark + text);

export const leafOf = (record: AuditRecord): Buffer => leafOfText(sealedText(record));

/**
 * Merkle root of the leaves. A level of odd length hands its last node up unchanged; leaves and
 * nodes carry different marks, so that a node never passes for a record.
 */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  let level: readonly Buffer[] = leaves;
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]] as [Buffer, Buffer | undefined];
      next.push(right === undefined ? left : nodeOf(left, right));
    }
    level = next;
  }
  return level[0] ?? firstLink;
}

export interface BatchFacts {
  seq: number;
  sealedAt: Date;
  ids: readonly string[];
  root: Buffer;
}

/** link = SM3(previous link, number, instant in ms, ids in order, root). */
export function linkOf(previous: Buffer, batch: BatchFacts): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(batch.seq), 0);
  numbers.writeBigInt64BE(BigInt(batch.sealedAt.getTime()), 8);
  const ids = Buffer.from(batch.ids.join('').replaceAll('-', ''), 'hex');
  return sm3(Buffer.concat([previous, numbers, ids, batch.root]));
}

export interface DayFacts {
  /** Local day, ISO. */
  day: string;
  fromSeq: number;
  toSeq: number;
  /** Roots of its batches in order. */
  roots: readonly Buffer[];
}

/** digest = SM3(digest of the day before it, day, first and last batch, roots). */
export function dayDigest(previous: Buffer, facts: DayFacts): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(facts.fromSeq), 0);
  numbers.writeBigUInt64BE(BigInt(facts.toSeq), 8);
  return sm3(Buffer.concat([previous, Buffer.from(facts.day, 'ascii'), numbers, ...facts.roots]));
}

/** Cuts the concatenated leaves of a batch. */
export function splitLeaves(leaves: Buffer): Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0; at < leaves.length; at += leafBytes)
    cut.push(leaves.subarray(at, at + leafBytes));
  return cut;
}
