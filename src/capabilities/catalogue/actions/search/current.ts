/**
 * The shelf of this process, kept as new as the catalogue: every search compares one number in
 * PostgreSQL, and only what changed since is read. Why in memory: docs/decisions.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Ctx } from '#kernel/context';
import { type Db, rootOf } from '#kernel/db';
import { findUnit } from '#organisation';
import { type Contract, highestGrade } from '../../model.ts';
import { changedContracts, type Epoch, epochNow, synonymGroups } from '../../store.ts';
import { knowable } from '../known.ts';
import { type Card, openShelf, type Shelf } from './shelf.ts';

interface Standing {
  shelf: Shelf;
  epoch: number;
  /** How often units had changed when names of owners were looked up. */
  units: number;
  names: Names;
  /** The refresh that is under way; those who come meanwhile wait for it. */
  busy: Promise<void> | null;
}

/** One for each database of the process; tests have several. */
const standing = new WeakMap<Db, Standing>();

type Names = Map<string, string>;

/** Contracts read at a time: others are served between two batches. */
const batch = 200;
/** Beyond this share of dead places the shelf is built anew. */
const worn = 0.5;

/** Codes of an item that are searched: a longer list is a register, no vocabulary. */
const mostCodes = 40;

const cardOf = (contract: Contract, names: Names): Card => ({
  name: contract.name,
  code: contract.code ?? '',
  title: contract.title,
  description: contract.description,
  owner: contract.owner,
  ownerName: names.get(contract.owner) ?? contract.owner,
  theme: contract.theme,
  system: contract.source?.system ?? '',
  layer: contract.layer,
  grade: highestGrade(contract.items),
  share: contract.share.type,
  cycle: contract.cycle,
  ...knowable(contract),
  derived: contract.derived,
  items: contract.items.map(({ name, title, meaning, codes }) => ({
    name,
    title,
    meaning: meaning?.zh ?? '',
    codes: Object.values(codes ?? {})
      .slice(0, mostCodes)
      .map(({ zh }) => zh),
  })),
});

/** Names of the owners of these resources, looked up once each. */
async function nameOwners(ctx: Ctx, owners: Iterable<string>, names: Names): Promise<void> {
  const unknown = [...new Set(owners)].filter((owner) => !names.has(owner));
  for (const owner of unknown) names.set(owner, (await findUnit(ctx, owner))?.name ?? owner);
}

/** A unit renamed is found by its new name. */
async function rename(ctx: Ctx, shelf: Shelf, names: Names): Promise<void> {
  const cards = [...shelf.cards()];
  const owners = cards.map(({ owner }) => owner);
  await nameOwners(ctx, owners, names);
  for (const card of cards) {
    const ownerName = names.get(card.owner) ?? card.owner;
    if (ownerName !== card.ownerName) shelf.put(card.name, { ...card, ownerName });
  }
}

async function refresh(ctx: Ctx, state: Standing, now: Epoch): Promise<void> {
  const { epoch, units } = now;
  const renamed = units !== state.units;
  const names: Names = renamed ? new Map() : state.names;
  const fresh = state.shelf.dead() > batch && state.shelf.dead() > worn * state.shelf.size();
  const shelf = fresh ? openShelf() : state.shelf;
  const after = fresh ? 0 : state.epoch;
  shelf.synonyms(await synonymGroups(ctx));
  for (let afterName = '', full = true; full; ) {
    const span = { after, upTo: epoch, afterName, limit: batch };
    const changed = await changedContracts(ctx, span);
    const owners = changed.flatMap(({ contract }) => contract?.owner ?? []);
    await nameOwners(ctx, owners, names);
    for (const { name, contract } of changed) {
      shelf.put(name, contract === null ? null : cardOf(contract, names));
    }
    afterName = changed.at(-1)?.name ?? '';
    full = changed.length === batch;
    await breathe();
  }
  if (renamed) await rename(ctx, shelf, names);
  Object.assign(state, { shelf, epoch, units, names });
}

/** The shelf as of the last change of the catalogue that has committed. */
export async function currentShelf(ctx: Ctx): Promise<Shelf> {
  const db = rootOf(ctx.db);
  const found = standing.get(db) ?? {
    shelf: openShelf(),
    epoch: 0,
    units: -1,
    names: new Map(),
    busy: null,
  };
  standing.set(db, found);
  const root = { ...ctx, db };
  const now = await epochNow(root);
  while (found.epoch < now.epoch) {
    found.busy ??= refresh(root, found, now).finally(() => {
      found.busy = null;
    });
    await found.busy;
  }
  return found.shelf;
}
