/**
 * Secrets of the world outside: packs name them, the environment (`GUANTONG_SECRET_<NAME>`) or a file
 * of the home (`secrets/<NAME>`) holds them. They are never logged, shown or exported.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Settings } from './index.ts';

export const secretName = /^[A-Z][A-Z0-9_]{0,63}$/;

/** The value of a secret; undefined while nobody has set it. */
export function namedSecret(settings: Pick<Settings, 'home'>, name: string): string | undefined {
  if (!secretName.test(name)) return undefined;
  const given = process.env[`GUANTONG_SECRET_${name}`];
  if (given !== undefined && given !== '') return given;
  try {
    const text = readFileSync(join(resolve(settings.home), 'secrets', name), 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
