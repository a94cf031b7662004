/** What every command needs: its output, its settings, an opened platform that is closed again. */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { loadSettings, type Settings } from '#kernel/config';
import { appErrors } from '../errors.ts';
import { type Output, terminalLanguage } from '../output.ts';
import type { Platform } from '../platform.ts';

export interface Run {
  output: Output;
  settings: Settings;
}

const root = (command: Command): Command => (command.parent ? root(command.parent) : command);

export function runOf(command: Command, overrides: Partial<Settings> = {}): Run {
  const options = root(command).opts<{ json: boolean; home?: string }>();
  const home = options.home ? { home: options.home } : {};
  // A command's own lines are its answer; the log speaks up only when something is wrong.
  const quiet = process.env.GUANTONG_LOG_LEVEL ? {} : { log_level: 'warn' };
  return {
    output: { json: options.json, language: terminalLanguage(process.env) },
    settings: loadSettings(process.env, { ...quiet, ...home, ...overrides }),
  };
}

/** Exit code of a command that Ctrl-C or a supervisor ended, as shells have it. */
export const interrupted = 130;

/**
 * Opens the platform beside a running server or alone, and closes it whatever happens: a command
 * that is ended half-way takes the database it started with it.
 * @param onInterrupt what the first Ctrl-C does instead of ending: `work` is to come to its end
 */
export async function withPlatform<T>(
  run: Run,
  work: (platform: Platform) => Promise<T>,
  onInterrupt?: () => void,
): Promise<T> {
  // A command that looks at files alone never reads all the stations.
  const { openPlatform } = await import('../platform.ts');
  const platform = await openPlatform(run.settings, { role: 'command' });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= platform.close();
    return closing;
  };
  let asked = false;
  const end = (): void => {
    const gently = onInterrupt !== undefined && !asked;
    asked = true;
    if (gently) onInterrupt();
    else void close().finally(() => process.exit(interrupted));
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    return await work(platform);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await close();
  }
}

/** A whole number of one or more; anything else is wrong usage, not an empty answer. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

/** @throws app.file_missing */
export async function existing(path: string): Promise<string> {
  const full = resolve(path);
  await access(full).catch(() => {
    throw appErrors.make('file_missing', { path });
  });
  return full;
}
