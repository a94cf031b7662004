/**
 * In whose name a person may act: his own roles, and those of people who handed him their tasks for
 * a time. A lent hand reaches tasks only: it gives no permission and shows no data.
 */
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { loadActor } from '#organisation';
import { lentTo } from '../store/delegations.ts';

export interface Person {
  account: string;
  name: string;
}

export interface Hand {
  role: string;
  unit: string;
  path: string;
  /** Whose it is, where it is lent. */
  lentBy: Person | null;
}

export const ownHands = (actor: Actor): Hand[] =>
  actor.roles.map(({ role, unit, path }) => ({ role, unit, path, lentBy: null }));

/** All hands of whoever asks, his own first. A closed account lends nothing. */
export async function handsOf(ctx: Ctx): Promise<Hand[]> {
  const own = ownHands(ctx.actor);
  if (ctx.actor.kind !== 'account') return own;
  const lent: Hand[] = [];
  for (const one of await lentTo(ctx, ctx.actor.id, ctx.clock.now())) {
    const lender = await loadActor(ctx, one.account);
    if (!lender?.permissions.has('cases.act')) continue;
    const lentBy = { account: one.account, name: one.account_name };
    lent.push(...ownHands(lender).map((hand) => ({ ...hand, lentBy })));
  }
  return [...own, ...lent];
}

/** The hand that holds a role at a unit or above it, one's own before a lent one. */
export const handFor = (hands: readonly Hand[], role: string, unitPath: string): Hand | undefined =>
  hands.find(
    (held) =>
      held.role === role && (unitPath === held.path || unitPath.startsWith(`${held.path}/`)),
  );

/** Accounts that count as having acted when this hand acts on a task. */
export const behind = (ctx: Ctx, hand: Hand | undefined): string[] => [
  ctx.actor.id,
  ...(hand?.lentBy ? [hand.lentBy.account] : []),
];
