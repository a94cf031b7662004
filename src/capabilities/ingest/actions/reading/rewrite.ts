/**
 * A clean copy for the engine: the same good records, nothing else, one newline, odd records quoted
 * anew.
 */

import type { FileHandle } from 'node:fs/promises';
import { chmod, copyFile, open } from 'node:fs/promises';
import { writeAll } from '#kernel/files';
import { CR, type Dialect, LF } from './dialect.ts';
import { cutFields } from './fields.ts';
import type { MarkedRecords } from './records.ts';
import { type Sink, sinkTo } from './sink.ts';

export interface RewriteInput {
  path: string;
  /** Offset of the first record. */
  start: number;
  /** Offset behind the last record. */
  end: number;
  dialect: Dialect;
  marks: MarkedRecords;
  newline: string;
}

const chunkBytes = 1 << 20;

/** A record whose fields are each in quotes. */
const requoted = (fields: string[], delimiter: string): string =>
  fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter);

/** Copies the bytes of `[from, to)`; gives the last byte copied. */
async function copyRange(
  source: FileHandle,
  target: Sink,
  from: number,
  to: number,
): Promise<number | null> {
  let at = from;
  let last: number | null = null;
  while (at < to) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - at));
    const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) break;
    last = buffer[bytesRead - 1] ?? last;
    await target.write(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return last;
}

/**
 * Writes the good records of `path` to `to`, in order. Ranges between marked records are copied
 * whole; marked records are left out, or quoted anew when they were only spelt oddly.
 */
export async function rewrite(input: RewriteInput, to: string): Promise<void> {
  const source = await open(input.path);
  try {
    await sinkTo(to, (target) => rewriteInto(input, source, target));
  } finally {
    await source.close();
  }
}

async function rewriteInto(input: RewriteInput, source: FileHandle, target: Sink): Promise<void> {
  const { newline, dialect, end: size } = input;
  let at = input.start;
  for (const mark of input.marks) {
    await copyRange(source, target, at, mark.offset);
    if (mark.reason === 'requote') {
      const record = Buffer.alloc(mark.length);
      await source.read(record, 0, mark.length, mark.offset);
      const fields = cutFields(record.toString('utf8'), dialect);
      await target.write(requoted(fields, dialect.delimiter) + newline);
    }
    at = await behind(source, mark.offset + mark.length, dialect.newline, size);
  }
  const last = await copyRange(source, target, at, size);
  if (last !== null && last !== dialect.newline) await target.write(newline);
}

/** Offset behind the newline (LF, CR LF or CR) that ends a record at `end`. */
async function behind(
  source: FileHandle,
  end: number,
  newline: number,
  size: number,
): Promise<number> {
  const two = Buffer.alloc(2);
  await source.read(two, 0, 2, end);
  if (end >= size) return size;
  return two[0] === newline ? end + 1 : newline === LF ? end + 2 : end + 1;
}

/**
 * The same for a file of lines of several fields that end in LF and of which none is spelt oddly: a
 * copy made by the system, in which header and marked records are overwritten with line ends.
 * Readers pass over empty lines.
 */
export async function blankOut(input: RewriteInput, to: string): Promise<void> {
  await copyFile(input.path, to);
  // A file that was delivered read-only is copied so.
  await chmod(to, 0o600);
  const target = await open(to, 'r+');
  const behind = Buffer.alloc(1);
  try {
    await target.truncate(input.end);
    await blank(target, 0, input.start);
    for (const { offset, length } of input.marks) {
      // A CR before its LF is no part of the record, and would be one of its own.
      const { bytesRead } = await target.read(behind, 0, 1, offset + length);
      await blank(target, offset, length + (bytesRead === 1 && behind[0] === CR ? 1 : 0));
    }
  } finally {
    await target.close();
  }
}

async function blank(target: FileHandle, from: number, length: number): Promise<void> {
  const lines = Buffer.alloc(Math.min(length, chunkBytes), LF);
  for (let at = 0; at < length; at += lines.length) {
    await writeAll(target, lines.subarray(0, length - at), from + at);
  }
}

/** Gathers so many characters before they are written. */
const batchCharacters = 1 << 18;

/** Takes the fields of a record; none of them is an empty line. */
export type LineWriter = (fields: string[]) => Promise<void>;

async function writing(
  to: string,
  spell: (fields: string[]) => string,
  work: (write: LineWriter) => Promise<void>,
): Promise<void> {
  await sinkTo(to, async (target) => {
    let batch = '';
    await work(async (fields) => {
      batch += `${spell(fields)}\n`;
      if (batch.length < batchCharacters) return;
      await target.write(batch);
      batch = '';
    });
    await target.write(batch);
  });
}

/** Writes records with every field in quotes and LF behind each, as `work` hands them over. */
export const spellOut = (
  to: string,
  delimiter: string,
  work: (write: LineWriter) => Promise<void>,
): Promise<void> => writing(to, (fields) => requoted(fields, delimiter), work);

/** The same with quotes only where they are needed. */
export const writeLines = (
  to: string,
  { delimiter }: Dialect,
  work: (write: LineWriter) => Promise<void>,
): Promise<void> => {
  const field = (text: string): string =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return writing(to, (fields) => fields.map(field).join(delimiter), work);
};
