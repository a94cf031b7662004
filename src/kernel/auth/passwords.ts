/** Passwords: argon2id (RFC 9106) with the costs of the settings. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Settings } from '#kernel/config';

// The package's enum of algorithms is ambient and cannot be imported here; its number is in its
// documentation.
const argon2id = 2;

/** argon2id in its encoded form. */
export const hashPassword = (
  settings: Pick<Settings, 'password_memory_kib' | 'password_passes'>,
  password: string,
): Promise<string> =>
  hash(password, {
    algorithm: argon2id,
    memoryCost: settings.password_memory_kib,
    timeCost: settings.password_passes,
    parallelism: 1,
  });

let decoy: Promise<string> | undefined;

/**
 * Whether `password` is the one of `encoded`. Without a hash it takes as long as with one, so that
 * the time of an answer does not tell which accounts exist.
 */
export async function checkPassword(
  settings: Settings,
  encoded: string | null,
  password: string,
): Promise<boolean> {
  decoy ??= hashPassword(settings, randomBytes(16).toString('hex'));
  const right = await verify(encoded ?? (await decoy), password);
  return right && encoded !== null;
}
