/**
 * Keyed hashes: HMAC-SHA256 (RFC 2104) from nested `sha256`, the same in both engines. A key is made
 * from the home's secret and a scope, so that it is the same in every process, and the hashes of
 * two scopes cannot be put beside each other.
 */
import { createHmac } from 'node:crypto';
import { type Dialect, quote } from './dialect.ts';

const blockBytes = 64;

/** A key as the two blocks HMAC begins its hashes with. */
export interface Pads {
  inner: Buffer;
  outer: Buffer;
}

const xor = (key: Buffer, byte: number): Buffer =>
  Buffer.from(Array.from({ length: blockBytes }, (_, at) => (key[at] ?? 0) ^ byte));

/** A key of at most 64 bytes as pads. */
export const padsOfKey = (key: Buffer): Pads => ({ inner: xor(key, 0x36), outer: xor(key, 0x5c) });

/** The key of a scope, 32 bytes, as pads. */
export const padsOf = (secret: Buffer, scope: string): Pads =>
  padsOfKey(createHmac('sha256', secret).update(scope).digest());

/** SQL of bytes where they may stand in the text: only in what one child is sent. */
export const bytesLiteral = (bytes: Buffer, to: Dialect): string =>
  to.unhex(quote(bytes.toString('hex')));

/** SQL of the hash of a text, 64 hexadecimal digits; `pads` are SQL of bytes. */
export const keyedHash = (
  text: string,
  pads: { inner: string; outer: string },
  to: Dialect,
): string => {
  const inside = to.unhex(to.sha256(`${pads.inner} || ${to.bytes(text)}`));
  return to.sha256(`${pads.outer} || ${inside}`);
};
