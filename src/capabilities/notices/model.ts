/** Nouns of notices: who is told, by which channel, with which text, and whether it was read. */
import { z } from 'zod';

export const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

/** A file of the kind `notices`. `{name}` in a text stands for a parameter. */
export const noticeTemplate = z
  .strictObject({
    title: bilingual.describe('Headline'),
    body: bilingual.describe('One sentence: what happened and what to do'),
    params: z.array(z.string().min(1)).default([]).describe('Parameters the texts may use'),
    urgent: z.boolean().default(false).describe('Shown before all others'),
    channels: z
      .array(z.string().min(1))
      .default([])
      .describe('Channels it is pushed by besides the app, in order: the next when one fails'),
  })
  .describe('A text told to people, in both languages');
export type NoticeTemplate = z.infer<typeof noticeTemplate>;

const named = z
  .strictObject({
    secret: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
      .describe('Name of a secret: `GUANTONG_SECRET_<NAME>` or `secrets/<NAME>` of the home'),
  })
  .describe('A value that is no part of the pack');

const shared = {
  title: bilingual.describe('What people call it'),
  per_minute: z.int().min(1).max(10_000).default(20).describe('Most messages a minute'),
};

/** A file of the kind `channels`. */
export const channelFile = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...shared,
      type: z.literal('webhook').describe('A signed POST for each person: the staff app'),
      url: z.union([z.url(), named]).describe('Address it posts to'),
      secret: named.describe('Key of the signature'),
    }),
    z.strictObject({
      ...shared,
      type: z.literal('robot').describe('A group robot of a staff messenger'),
      url: z.union([z.url(), named]).describe('Address with its access token'),
      secret: named.describe('Key of the signature'),
    }),
    z.strictObject({
      ...shared,
      type: z.literal('mail').describe('Mail by SMTP to the address a person gave'),
      host: z.string().min(1).describe('Server'),
      port: z.int().min(1).max(65_535).default(465).describe('Port'),
      security: z
        .enum(['tls', 'starttls', 'none'])
        .default('tls')
        .describe('tls from the first byte, starttls before anything is said, none'),
      from: z.string().min(3).describe('Sender'),
      user: z.string().min(1).optional().describe('Name to sign in with'),
      password: named.optional().describe('Password to sign in with'),
    }),
  ])
  .describe('A way to people outside of the app; off while a secret of it is not set')
  .meta({
    example: {
      type: 'robot',
      title: { zh: '值班群', en: 'Duty group' },
      url: { secret: 'DUTY_ROBOT_URL' },
      secret: { secret: 'DUTY_ROBOT_SIGN' },
    },
  });
export type ChannelFile = z.infer<typeof channelFile>;

export const channelState = z.strictObject({
  name: z.string().describe('Name of the file'),
  title: bilingual,
  type: z.enum(['webhook', 'robot', 'mail']),
  on: z.boolean().describe('Whether all its secrets are set'),
  missing: z.array(z.string()).describe('Secrets that are not set'),
  sent: z.number().int().describe('Taken within the last 24 hours'),
  waiting: z.number().int().describe('Waiting at it'),
  lastError: z.string().nullable().describe('Why the last one did not leave'),
});
export type ChannelState = z.infer<typeof channelState>;

export const stuckPush = z.strictObject({
  id: z.string().describe('Push'),
  template: z.string().describe('Template of the notice'),
  account: z.string().describe('Account it is for'),
  channel: z.string().nullable().describe('Channel it stands at'),
  state: z
    .enum(['queued', 'withdrawing', 'dropped'])
    .describe('queued: not told yet; withdrawing: its end is not told yet; dropped: given up'),
  attempts: z.number().int().describe('Attempts so far'),
  lastError: z.string().nullable().describe('Why the last attempt failed'),
  at: z.iso.datetime().describe('When it was written, UTC'),
  triedAt: z.iso.datetime().nullable().describe('When it was tried last, UTC'),
});
export type StuckPush = z.infer<typeof stuckPush>;

export const contact = z.strictObject({
  mail: z.email().max(200).nullable().describe('Where notices are mailed to; null for nowhere'),
});

export const reporter = z.strictObject({
  channel: z.string().min(1).describe('Channel the report came by and the answer goes back by'),
  ref: z.string().min(1).describe('Number of the report in that channel'),
  name: z.string().describe('Name of the reporter, masked where shown'),
});
export type Reporter = z.infer<typeof reporter>;

export const notice = z.strictObject({
  id: z.string().describe('Id of the notice'),
  title: bilingual,
  body: bilingual,
  link: z.string().nullable().describe('Page it is about'),
  urgent: z.boolean().describe('Shown before all others'),
  at: z.iso.datetime().describe('When it was sent, UTC'),
  readAt: z.iso.datetime().nullable().describe('When this person read it'),
  withdrawnAt: z.iso.datetime().nullable().describe('When what it asked for was done'),
});
export type Notice = z.infer<typeof notice>;

export const noticePage = z.strictObject({
  items: z.array(notice).describe('Newest first'),
  unread: z.number().int().describe('Unread and not withdrawn, all pages'),
  next: z.string().nullable().describe('`after` of the next page; null at the end'),
});

export const outbound = z.strictObject({
  id: z.string().describe('Id of the message'),
  channel: z.string().describe('Channel it goes by'),
  ref: z.string().describe('Number of the report it answers'),
  text: bilingual.describe('What is said'),
  state: z.enum(['queued', 'sent']).describe('queued: the channel has not taken it yet'),
  attempts: z.number().int().describe('Attempts so far'),
  lastError: z.string().nullable().describe('Why the last attempt failed'),
  at: z.iso.datetime().describe('When it was written'),
  sentAt: z.iso.datetime().nullable().describe('When the channel took it'),
});
export type Outbound = z.infer<typeof outbound>;

/** What an event tells live pages: something of `topic` changed. Carries no data. */
export const liveHint = z.strictObject({
  topic: z
    .string()
    .describe('Capability whose pages are stale: `cases`, `signals`, `datasets` ...'),
  id: z.string().describe('The thing that changed'),
  paths: z
    .array(z.string())
    .optional()
    .describe('Unit paths concerned; only those who see one of them are told'),
});
export type LiveHint = z.infer<typeof liveHint>;
