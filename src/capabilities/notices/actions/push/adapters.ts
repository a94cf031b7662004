/** From what a pack declares to a channel that sends. */
import { namedSecret, type Settings } from '#kernel/config';
import type { ChannelFile } from '../../model.ts';
import type { Adapter } from './channel.ts';
import { mail } from './mail.ts';
import { robot } from './robot.ts';
import { webhook } from './webhook.ts';

type Named = { secret: string };

/** Secrets a channel names that nobody has set. */
export const missingSecrets = (settings: Settings, file: ChannelFile): string[] =>
  secretsOf(file).filter((name) => namedSecret(settings, name) === undefined);

const secretsOf = (file: ChannelFile): string[] => {
  const values: (string | Named | undefined)[] =
    file.type === 'mail' ? [file.password] : [file.url, file.secret];
  return values.flatMap((value) => (typeof value === 'object' ? [value.secret] : []));
};

const value = (settings: Settings, given: string | Named): string =>
  typeof given === 'string' ? given : (namedSecret(settings, given.secret) ?? '');

/** The channel; undefined while a secret of it is not set: it is off. */
export function adapterOf(settings: Settings, file: ChannelFile): Adapter | undefined {
  if (missingSecrets(settings, file).length > 0) return undefined;
  if (file.type === 'mail') {
    const { host, port, security, from, user } = file;
    const password = file.password === undefined ? null : value(settings, file.password);
    return mail({ host, port, security, from, user: user ?? null, password });
  }
  const options = { url: value(settings, file.url), secret: value(settings, file.secret) };
  return file.type === 'webhook' ? webhook(options) : robot(options);
}
