/** Grants as their page shows them: whose, of what, how much they are used, what they show. */
import { getDataset } from '#catalogue';
import { type GrantUse, grantUses } from '#kernel/audit';
import { holds, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { findUnit, loadActor } from '#organisation';
import { gateErrors } from '../errors.ts';
import type {
  Grant,
  GrantDetail,
  GrantDraft,
  GrantPreview,
  GrantShown,
  GrantState,
  GrantsInput,
  GrantsPage,
  Simulation,
} from '../model.ts';
import * as store from '../store.ts';
import { datasetsHidden, datasetsKept, grantFaults, grantPermission } from './grants.ts';
import { simulation } from './simulate.ts';

/** A record may become readable a little after its instant: the last minutes are counted anew. */
const settledMs = 600_000;

/** Tallies what is settled, and tells what came since. */
async function newestUses(ctx: Ctx): Promise<Map<string, GrantUse>> {
  const now = ctx.clock.now();
  const settled = new Date(now.getTime() - settledMs);
  return tx(ctx, async (inner) => {
    const from = await store.grantReadMark(inner);
    if (from < settled) {
      const news = await grantUses(inner.db, { from, to: settled });
      await store.addGrantReads(inner, news, settled);
    }
    const last = from < settled ? settled : from;
    const recent = await grantUses(inner.db, { from: last, to: new Date(now.getTime() + 1) });
    return new Map(recent.map((use) => [use.grant, use]));
  });
}

const stateOf = ({ revokedAt, expiresAt }: store.GrantKept, now: Date): GrantState => {
  if (revokedAt !== null) return 'revoked';
  return new Date(expiresAt) > now ? 'standing' : 'expired';
};

interface Looking {
  now: Date;
  recent: ReadonlyMap<string, GrantUse>;
  /** Datasets whose grants the reader sees to; null: every one. */
  kept: readonly string[] | null;
  /** Datasets that are sealed from him. */
  hidden: string[];
}

async function nameOf(ctx: Ctx, id: string | null): Promise<string | null> {
  return id === null ? null : ((await loadActor(ctx, id))?.name ?? id);
}

/** Null where the catalogue has no such dataset any more. */
async function contractOf(ctx: Ctx, dataset: string) {
  return getDataset(ctx, dataset).catch((error: unknown) => {
    if (error instanceof GuantongError && error.status === 404) return null;
    throw error;
  });
}

const later = (one: Date | null, other: Date | undefined): string | null => {
  const times = [one, other ?? null].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
};

async function shownOf(ctx: Ctx, found: store.GrantKept, looking: Looking): Promise<GrantShown> {
  const { issuedById, revokedById, reads, rowsRead, lastRead, ...rest } = found;
  const contract = await contractOf(ctx, rest.dataset);
  const owner = contract && (await findUnit(ctx, contract.owner));
  const grantee = await loadActor(ctx, rest.grantee);
  const use = looking.recent.get(rest.id);
  const state = stateOf(found, looking.now);
  const sees = looking.kept === null || looking.kept.includes(rest.dataset);
  return {
    ...rest,
    state,
    granteeName: grantee?.name ?? rest.grantee,
    granteeUnits: [...new Set((grantee?.roles ?? []).map(({ unitName }) => unitName))],
    datasetTitle: contract?.title ?? { zh: rest.dataset, en: rest.dataset },
    ownerName: owner?.name ?? contract?.owner ?? '-',
    issuedBy: (await nameOf(ctx, issuedById)) ?? issuedById,
    revokedBy: await nameOf(ctx, revokedById),
    reads: reads + (use?.reads ?? 0),
    rowsRead: rowsRead + (use?.rows ?? 0),
    lastRead: later(lastRead, use?.last),
    mayRevoke: state === 'standing' && sees,
  };
}

async function lookingOf(ctx: Ctx): Promise<Looking> {
  const kept = holds(ctx.actor, grantPermission) ? null : await datasetsKept(ctx);
  const hidden = await datasetsHidden(ctx);
  return { now: ctx.clock.now(), recent: await newestUses(ctx), kept, hidden };
}

const withinOf = (ctx: Ctx, { kept }: Looking): store.GrantsFilter['within'] =>
  kept === null ? null : { grantee: ctx.actor.id, datasets: [...kept] };

/**
 * Grants of the actor and of the data his unit owns; of everybody for those who may issue them.
 */
export async function listGrants(ctx: Ctx, input: GrantsInput): Promise<GrantsPage> {
  const looking = await lookingOf(ctx);
  const { limit } = input;
  const { now, hidden } = looking;
  const filter = { ...input, within: withinOf(ctx, looking), hidden, now, limit: limit + 1 };
  const found = await store.grantsKept(ctx, filter);
  const grants = await Promise.all(
    found.slice(0, limit).map((grant) => shownOf(ctx, grant, looking)),
  );
  return { grants, next: found.length > limit ? (grants.at(-1)?.id ?? null) : null };
}

/** What it shows its grantee now; null when it stands no more, or its grantee is gone. */
async function showsOf(ctx: Ctx, grant: store.GrantKept): Promise<Simulation | null> {
  const grantee = await loadActor(ctx, grant.grantee);
  const isOver = stateOf(grant, ctx.clock.now()) !== 'standing';
  if (!grantee || isOver || !(await contractOf(ctx, grant.dataset))) return null;
  const { dataset, purpose } = grant;
  return simulation(ctx, grantee, { dataset, purpose, grant: grant.id });
}

/**
 * One grant, with what it shows on invented values.
 * @throws gate.grant_invalid when there is none, or none for this actor
 */
export async function grantFound(ctx: Ctx, id: string): Promise<GrantDetail> {
  const looking = await lookingOf(ctx);
  const [grant] = await store.grantsKept(ctx, {
    ...{ id, within: withinOf(ctx, looking), search: '', now: looking.now, limit: 1 },
    hidden: looking.hidden,
  });
  if (!grant) throw gateErrors.make('grant_invalid', { grant: id });
  return { ...(await shownOf(ctx, grant, looking)), shows: await showsOf(ctx, grant) };
}

/** Never stored: its hashes are like nobody's. */
const draftId = '00000000-0000-0000-0000-000000000000';

/**
 * What a grant that is being written would show its grantee, beside what the policy shows already;
 * on invented values, and nothing is written. Whoever may issue it may ask.
 * @throws auth.not_allowed; gate.grant_refused with all faults
 */
export async function previewGrant(ctx: Ctx, input: GrantDraft): Promise<GrantPreview> {
  requirePermission(ctx, grantPermission);
  const { dataset, purpose, grantee } = input;
  const person = await loadActor(ctx, grantee);
  const unknown = gateErrors.fault('person_unknown', { item: 'grantee' }, { account: grantee });
  const faults = [...(person ? [] : [unknown]), ...(await grantFaults(ctx, input))];
  if (!person || faults.length > 0) {
    throw gateErrors.make('grant_refused', { count: faults.length }, faults);
  }
  const now = ctx.clock.now().toISOString();
  const draft: Grant = {
    ...input,
    ...{ expiresAt: input.expiresAt ?? now, approvedBy: input.approvedBy ?? '-' },
    ...{ id: draftId, createdAt: now, revokedAt: null },
  };
  return {
    grantee: person.name,
    before: await simulation(ctx, person, { dataset, purpose }),
    after: await simulation(ctx, person, { dataset, purpose }, draft),
  };
}
