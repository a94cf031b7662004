/** Secrets that are handed out once and kept as their hash only. */
import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, for cookies, links and headers. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * What the database keeps of a token. A secret of 256 random bits needs no salt and no slow hash.
 */
export const tokenHash = (token: string): Buffer => hash('sha256', token, 'buffer');

/** The same as text: what a process remembers a token by. */
export const tokenKey = (token: string): string => hash('sha256', token, 'base64url');
