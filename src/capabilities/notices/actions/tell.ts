/** Telling people, and taking back what was told. */
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Bilingual, Params } from '#kernel/errors';
import { publish } from '#kernel/events';
import { setTimer } from '#kernel/jobs';
import { accountsWith } from '#organisation';
import { noticesErrors } from '../errors.ts';
import type { Notice, NoticeTemplate, Reporter } from '../model.ts';
import * as store from '../store.ts';
import { outboundTimer } from './outbound.ts';
import { queuePushes, withdrawPushes } from './push/index.ts';

export type Recipient =
  | { account: string }
  | { role: string; unit: string }
  | { reporter: Reporter };

export interface NotifyInput {
  to: Recipient;
  /** Name of a template (`notices` of a pack). */
  template: string;
  params: Params;
  link?: string | undefined;
  /** What `withdraw` names later; for reporters also what keeps an answer from going out twice. */
  key?: string | undefined;
}

const fill = (text: string, params: Params): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

const filled = (text: Bilingual, params: Params): Bilingual => ({
  zh: fill(text.zh, params),
  en: fill(text.en, params),
});

async function template(ctx: Ctx, name: string): Promise<NoticeTemplate> {
  const found = await store.findTemplate(ctx, name);
  if (!found) throw noticesErrors.make('template_unknown', { template: name });
  return found;
}

async function accountsOf(ctx: Ctx, to: Exclude<Recipient, { reporter: Reporter }>) {
  if ('account' in to) return [to.account];
  return (await accountsWith(ctx, to)).map((account) => account.id);
}

/**
 * Tells an account, everybody who holds a role at a unit, or a reporter by his own channel. Joins
 * the caller's transaction; what is told appears with its commit. Nobody holding the role is no
 * error: the task stands in the inbox of whoever gets the role.
 * @throws notices.template_unknown
 */
export async function notify(ctx: Ctx, input: NotifyInput): Promise<void> {
  await tx(ctx, async (inner) => {
    const text = await template(inner, input.template);
    const { to } = input;
    if ('reporter' in to) return queueAnswer(inner, to.reporter, text, input);
    const accounts = await accountsOf(inner, to);
    if (accounts.length === 0) return;
    const at = inner.clock.now();
    const notice = {
      template: input.template,
      title: filled(text.title, input.params),
      body: filled(text.body, input.params),
      link: input.link ?? null,
      urgent: text.urgent,
      key: input.key ?? null,
      at,
    };
    const id = await store.insertNotice(inner, notice, accounts);
    await queuePushes(inner, id, accounts, text.channels ?? []);
    await publish(inner, 'notice.sent', {
      accounts,
      notice: {
        id: String(id),
        title: notice.title,
        body: notice.body,
        link: notice.link,
        urgent: notice.urgent,
        at: at.toISOString(),
        readAt: null,
        withdrawnAt: null,
      } satisfies Notice,
    });
  });
}

async function queueAnswer(
  ctx: Ctx,
  to: Reporter,
  text: NoticeTemplate,
  input: NotifyInput,
): Promise<void> {
  const at = ctx.clock.now();
  const id = await store.insertOutbound(ctx, {
    to,
    template: input.template,
    body: filled(text.body, input.params),
    key: input.key ?? null,
    at,
  });
  if (id === null) return;
  await setTimer(ctx, { kind: outboundTimer, key: String(id), dueAt: at, payload: { id } });
}

/**
 * Takes back what was told under a key: what it asked for is done.
 * @param settled what became of it and by whose hand, for channels that cannot take a message back;
 * absent, they are told nothing
 */
export async function withdraw(
  ctx: Ctx,
  key: string,
  settled: { words: Bilingual; by: string | null } | null = null,
): Promise<void> {
  await tx(ctx, async (inner) => {
    const { notices, accounts } = await store.withdrawKey(inner, key, {
      at: inner.clock.now(),
      settled: settled?.words ?? null,
      by: settled?.by ?? null,
    });
    await withdrawPushes(inner, notices);
    if (accounts.length > 0) await publish(inner, 'notice.withdrawn', { accounts, key });
  });
}
