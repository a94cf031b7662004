/** Logging: one line of JSON an event, secrets and values of rows never in it. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Settings } from '#kernel/config';
import { shownError } from './quiet.ts';

export type Log = Logger;

/** Keys that never reach the log, at the top and up to two levels down. */
const secretKeys = [
  'password',
  'password_hash',
  'token',
  'secret',
  'csrf',
  'cookie',
  'authorization',
  'database_url',
  'connectionString',
  '["set-cookie"]',
  '["x-csrf-token"]',
];

const redacted = secretKeys.flatMap((key) => {
  const after = key.startsWith('[') ? key : `.${key}`;
  return [key, `*${after}`, `*.*${after}`];
});

/** The password of a connection string, wherever it stands in a line. */
const passwordInUrl = /(\w+:\/\/[^\s:/@"]+):[^\s@"]+@/g;

/** Makes the log of a process. Lines go to stderr, so that stdout stays free for `--json`. */
export const createLog = (
  settings: Pick<Settings, 'log_level'>,
  destination: DestinationStream = pino.destination(2),
): Log =>
  pino(
    {
      level: settings.log_level,
      base: null,
      serializers: { err: shownError },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: (line) => line.replace(passwordInUrl, '$1:***@') },
      redact: { paths: redacted, censor: '[redacted]' },
    },
    destination,
  );
