/** Handing one's tasks to somebody for a time, and taking them back. */
import { type Actor, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { loadActor, maskName, rolesKnown, standIns } from '#organisation';
import { casesErrors } from '../errors.ts';
import type { CandidatePage, Delegation, NewDelegation } from '../model.ts';
import * as store from '../store/delegations.ts';

function stateAt(row: store.DelegationRow, now: Date): Delegation['state'] {
  if (row.revoked_at !== null) return 'revoked';
  if (row.until_at <= now) return 'over';
  return row.from_at > now ? 'coming' : 'running';
}

const view = (ctx: Ctx, row: store.DelegationRow): Delegation => ({
  id: row.id,
  by: maskName(row.account_name),
  to: maskName(row.delegate_name),
  mine: row.account === ctx.actor.id,
  from: row.from_at.toISOString(),
  until: row.until_at.toISOString(),
  reason: row.reason,
  state: stateAt(row, ctx.clock.now()),
});

/** What one person may not be, he does not reach through another's hands either. */
async function exclude(ctx: Ctx, delegate: Actor): Promise<boolean> {
  const known = await rolesKnown(ctx);
  const excluded = (name: string): string[] =>
    known.find((role) => role.name === name)?.exclusiveWith ?? [];
  return ctx.actor.roles.some(({ role: ours }) =>
    delegate.roles.some(
      ({ role: theirs }) => excluded(ours).includes(theirs) || excluded(theirs).includes(ours),
    ),
  );
}

/**
 * Hands the actor's tasks to another for a time: he has to act on cases himself and to see every
 * unit the actor works in. Needs `cases.act`.
 * @throws cases.delegate_unknown, cases.delegate_self, cases.delegate_blind,
 * cases.delegate_excluded, cases.delegation_past, cases.delegation_twice; nothing is written
 */
export async function delegate(ctx: Ctx, input: NewDelegation): Promise<Delegation> {
  requirePermission(ctx, 'cases.act');
  const { actor } = ctx;
  const now = ctx.clock.now();
  const [from, until] = [new Date(input.from), new Date(input.until)];
  if (until <= from || until <= now) throw casesErrors.make('delegation_past');
  if (input.delegate === actor.id) throw casesErrors.make('delegate_self');
  const other = actor.kind === 'account' ? await loadActor(ctx, input.delegate) : undefined;
  if (!other?.permissions.has('cases.act')) {
    throw casesErrors.make('delegate_unknown', { account: input.delegate });
  }
  const blind = actor.roles.find((held) => !seesUnit(other, held.path));
  if (blind) throw casesErrors.make('delegate_blind', { unit: blind.unitName });
  if (await exclude(ctx, other)) throw casesErrors.make('delegate_excluded');
  return tx(ctx, async (inner) => {
    await store.lockLender(inner, actor.id);
    if (await store.lendsMeanwhile(inner, actor.id, { from, until })) {
      throw casesErrors.make('delegation_twice');
    }
    const row = await store.insertDelegation(inner, {
      account: actor.id,
      account_name: actor.name,
      delegate: other.id,
      delegate_name: other.name,
      from_at: from,
      until_at: until,
      reason: input.reason,
      made_at: now,
    });
    await inner.audit.record(inner, {
      action: 'cases.delegate',
      subject: `account/${actor.id}`,
      detail: { to: other.id, from: from.toISOString(), until: until.toISOString() },
    });
    return view(inner, row);
  });
}

/** Takes one's tasks back at once. @throws cases.delegation_unknown, also for another's */
export async function revokeDelegation(ctx: Ctx, id: number): Promise<Delegation> {
  requirePermission(ctx, 'cases.act');
  return tx(ctx, async (inner) => {
    const by = { account: inner.actor.id, at: inner.clock.now() };
    const row = await store.revokeRow(inner, id, by);
    if (!row) throw casesErrors.make('delegation_unknown');
    await inner.audit.record(inner, {
      action: 'cases.revoke_delegation',
      subject: `account/${row.account}`,
      detail: { to: row.delegate, id },
    });
    return view(inner, row);
  });
}

/** People of one answer; more come with the next page. */
const candidatesPage = 20;

/** People the actor may hand his tasks to, by words of their name, login or unit; by login. */
export async function candidates(
  ctx: Ctx,
  { q, after }: { q: string; after?: string | undefined },
): Promise<CandidatePage> {
  requirePermission(ctx, 'cases.act');
  const { people, next } = await standIns(ctx, {
    permission: 'cases.act',
    search: q.trim(),
    after: after ?? '',
    limit: candidatesPage,
  });
  return { people: people.map(({ id, ...rest }) => ({ account: id, ...rest })), next };
}

/** Given and received by the actor, newest first. */
export async function myDelegations(ctx: Ctx): Promise<Delegation[]> {
  requirePermission(ctx, 'cases.act');
  return (await store.delegationsOf(ctx, ctx.actor.id)).map((row) => view(ctx, row));
}
