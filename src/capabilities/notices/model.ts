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
  })
  .describe('A text told to people, in both languages');
export type NoticeTemplate = z.infer<typeof noticeTemplate>;

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
