/**
 * 本人查阅: the rows that are about one person, for that person and nobody else (Personal
 * Information Protection Law, article 45). Whose rows they are is found by the keyed hash his
 * account is bound to, in the engine: his number is asked by nobody and comes into no text.
 */
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { identityOf } from '#organisation';
import type { ItemView } from '../../model.ts';
import { bind, quoteName } from '../bind.ts';
import { toGated } from '../contract.ts';
import { maskOf } from '../masks/index.ts';
import { momentOf } from '../moment.ts';
import { type ItemSight, type PlacedLine, type Sight, subjectRole } from '../policy.ts';
import { sealed } from '../seal.ts';
import { readingOf } from '../treat.ts';
import { policyLines, seeItems, toView } from '../view.ts';
import { inParallel } from './parallel.ts';
import { type Held, type Place, placesOf, placesWith, rowsAbout } from './places.ts';
import { isHis } from './whose.ts';

export { markJob, markPersons, wantMarks } from './places.ts';

/** Why one's own rows are read; policy lines and the audit name it. */
export const ownPurpose = 'own_record';

/** Rows of a dataset in which the reader stands in one place, as a father or as an owner. */
export interface OwnRecords {
  dataset: string;
  /** Item that holds his number. */
  about: string;
  contract: Contract;
  /** Items he sees, with what decided. */
  items: ItemView[];
  /** Empty `key`: the row cannot be named, he does not see its key as it is. */
  rows: { key: string[]; values: unknown[] }[];
  /** There are more rows than were asked for. */
  more: boolean;
  snapshot: number;
  asOf: string;
}

const another = { zh: '他人的个人信息，遮盖显示', en: 'It tells of somebody else: struck out' };

/** Others who stand in the row are seen as strangers see them. */
function asOthers(view: ItemSight): ItemSight {
  const decision = {
    ...view.decision,
    view: 'masked' as const,
    mask: maskOf(view.item, 'masked', null),
    because: another,
  };
  return { ...view, decision, parts: view.parts.map((part) => ({ ...part, decision })) };
}

/** What he would see of each item, in the order of the contract. */
function viewsOf({ contract, about }: Place, lines: readonly PlacedLine[]): ItemSight[] {
  const sight: Sight = { role: subjectRole, rows: { all: true }, own: false };
  const views = seeItems(contract, lines, [sight], ownPurpose);
  return contract.items.flatMap((item, at) => {
    const view = views[at];
    if (view === undefined) return [];
    return isHis(contract, item, about) ? view : asOthers(view);
  });
}

interface Asked {
  person: string;
  limit: number;
  lines: readonly PlacedLine[];
}

/** The rows about him in one place; null where there are none. */
async function readPlace(ctx: Ctx, held: Held, asked: Asked): Promise<OwnRecords | null> {
  const { contract, about, snapshot } = held;
  const views = viewsOf(held, asked.lines);
  const has = new Set(held.columns.map(({ name }) => name));
  const kept = views.filter(({ item }) => has.has(item.name));
  const own = rowsAbout(ctx, held, asked.person);
  const bound = bind(toGated(contract), kept, own, readingOf(ctx, ownPurpose));
  if (bound === null) return null;
  const names = bound.items.map(({ item }) => item.name);
  const columns = bound.items.map(({ item }) => ({
    name: item.name,
    type: held.columns.find(({ name }) => name === item.name)?.type ?? 'VARCHAR',
  }));
  const { sql_time_limit_ms: ms, sql_memory_limit_mb: memory_mb } = ctx.settings;
  const answer = await sealed(
    () =>
      ctx.lake.fenced({
        sql: `select * from ${quoteName(contract.name)} order by 1, 2`,
        relations: [{ name: contract.name, sql: bound.sql, columns }],
        params: momentOf(ctx, undefined),
        limits: { ms, rows: asked.limit, memory_mb },
      }),
    [],
  );
  // Two numbers of one mark, or a row that was struck since: then nothing of his was read.
  if (answer.rows.length === 0) return null;
  await ctx.audit.record(ctx, {
    action: 'gate.read_own',
    dataset: contract.name,
    purpose: ownPurpose,
    rows: answer.rows.length,
  });
  const { items } = await toView(ctx, contract, views);
  const plain = new Set(
    kept.filter((view) => view.decision.view === 'plain').map((v) => v.item.name),
  );
  // A row whose key he does not see as it is cannot be named by him.
  const keys = contract.key.every((name) => plain.has(name))
    ? contract.key.map((name) => names.indexOf(name))
    : [];
  return {
    dataset: contract.name,
    about,
    contract,
    items: names.flatMap((name) => items.find(({ item }) => item === name) ?? []),
    rows: answer.rows.map((values) => ({
      key: keys.map((at) => String(values[at] ?? '')),
      values,
    })),
    more: answer.truncated,
    snapshot: snapshot.id,
    asOf: snapshot.at.toISOString(),
  };
}

/**
 * The rows that are about the person of this account, dataset by dataset, at most `limit` of each.
 * Nothing else is asked of him than that his account is bound to him: no role widens it, and none
 * narrows it. Null while nobody has said whose account it is.
 * @throws auth.not_signed_in, gate.query_failed, lake.*
 */
export async function ownRecords(
  ctx: Ctx,
  { dataset, limit }: { dataset?: string | undefined; limit: number },
): Promise<OwnRecords[] | null> {
  const person = await identityOf(ctx);
  if (person === null) return null;
  const lines = await policyLines(ctx);
  // Where the policy shows nothing nothing is looked for either.
  const open = (await placesOf(ctx, dataset)).filter((place) =>
    viewsOf(place, lines).some(({ parts }) => parts.length > 0),
  );
  const held = await placesWith(ctx, open, person);
  const asked = { person, limit, lines };
  const read = await inParallel(held, ctx.settings.sql_children, (one) =>
    readPlace(ctx, one, asked),
  );
  return read.filter((records) => records !== null);
}
