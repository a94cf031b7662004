/**
 * Witnesses outside the database: now and then the last link is appended to a file of the home. Who
 * rewrites or cuts the tables, seals and all, does not reach this file, and `verifyAudit` compares
 * the two.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '#kernel/config';

const fileOf = (settings: Settings): string => join(settings.home, 'audit', 'anchors.log');

export interface Anchors {
  /** Notes the newest link; written at once or with the next one, as the interval allows. */
  note(seq: number, link: Buffer): void;
  /** Writes the newest link noted. */
  close(): Promise<void>;
}

export function openAnchors(settings: Settings): Anchors {
  const file = fileOf(settings);
  let newest: string | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writing = Promise.resolve();
  const write = (): void => {
    if (newest === undefined) return;
    const line = newest;
    newest = undefined;
    writtenAt = performance.now();
    writing = writing
      .then(() => mkdir(join(settings.home, 'audit'), { recursive: true }))
      .then(() => appendFile(file, line, { mode: 0o600 }))
      // A full disk costs a witness, not the record: that is in the database already.
      .catch(() => undefined);
  };
  return {
    note(seq, link) {
      newest = `${seq} ${link.toString('hex')}\n`;
      if (performance.now() - writtenAt >= settings.audit_anchor_interval_ms) write();
    },
    async close() {
      write();
      await writing;
    },
  };
}

const anchorLine = /^(\d+) ([0-9a-f]{64})$/;

/** Number of a batch -> its link, as witnessed. A line torn by a crash is no witness. */
export async function readAnchors(settings: Settings): Promise<Map<number, string>> {
  const text = await readFile(fileOf(settings), 'utf8').catch(() => '');
  const anchors = new Map<number, string>();
  for (const line of text.split('\n')) {
    const match = anchorLine.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) anchors.set(Number(match[1]), match[2]);
  }
  return anchors;
}
