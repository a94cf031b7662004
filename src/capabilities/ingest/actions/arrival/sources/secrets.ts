/** Secrets of sources: named in packs, held by the environment, never logged or shown. */
import { ingestErrors } from '../../../errors.ts';

export interface SecretName {
  secret: string;
}

/**
 * The value of a secret.
 * @throws ingest.no_secret
 */
export function secretOf({ secret }: SecretName): string {
  const variable = `GUANTONG_SECRET_${secret}`;
  const value = process.env[variable];
  if (value === undefined || value === '') throw ingestErrors.make('no_secret', { variable });
  return value;
}
