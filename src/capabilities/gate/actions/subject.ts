/**
 * 本人查阅: the rows that are about one person, for that person and nobody else (Personal
 * Information Protection Law, article 45). Whose rows they are is found by the keyed hash his
 * account is bound to, in the engine: his number is asked by nobody and comes into no text.
 */
import { type Contract, listDatasets } from '#catalogue';
import { homeKey } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { identityOf } from '#organisation';
import type { ItemView } from '../model.ts';
import { bind, quoteName, quoteText } from './bind.ts';
import { type HeldRows, heldRows, toGated } from './contract.ts';
import { bytesLiteral, dialects, keyedHash, maskOf, padsOfKey } from './masks/index.ts';
import { momentOf } from './moment.ts';
import { type ItemSight, type PlacedLine, type Sight, subjectRole } from './policy.ts';
import { sealed } from './seal.ts';
import { readingOf } from './treat.ts';
import { policyLines, seeItems, toView } from './view.ts';

/** Why one's own rows are read; policy lines and the audit name it. */
export const ownPurpose = 'own_record';

const personNumber = 'citizen_id';

/** What tells of a person, and of another one where it is not the reader's own. */
const personal: ReadonlySet<string> = new Set([
  ...[personNumber, 'citizen_id_old', 'passport', 'travel_permit', 'person_name', 'birth_date'],
  ...['bank_card', 'mobile', 'phone', 'landline', 'email'],
]);

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

/** A dataset and one item of it that holds numbers of persons. */
interface Place {
  contract: Contract;
  about: string;
}

/** What is computed from other data, and what is sealed, is in no list a person asks for. */
const isListed = ({ derived, sealed_for }: Contract): boolean => !derived && sealed_for === null;

async function placesOf(ctx: Ctx, dataset: string | undefined): Promise<Place[]> {
  const all = await listDatasets(ctx);
  return all
    .filter((contract) => isListed(contract) && (dataset ?? contract.name) === contract.name)
    .flatMap((contract) =>
      contract.items
        .filter(({ semantic }) => semantic === personNumber)
        .map(({ name }) => ({ contract, about: name })),
    );
}

/** Rows in which the item holds the number with this hash; `personHash` in SQL. */
function rowsAbout(ctx: Ctx, { sql }: HeldRows, about: string, person: string): string {
  const to = dialects.duckdb;
  const { inner, outer } = padsOfKey(homeKey(ctx.settings, 'persons'));
  const pads = { inner: bytesLiteral(inner, to), outer: bytesLiteral(outer, to) };
  const text = `upper(trim(cast(${quoteName(about)} as varchar)))`;
  const hash = `substr(${keyedHash(text, pads, to)}, 1, ${person.length})`;
  return `(select * from ${sql} as kept where ${hash} = ${quoteText(person)})`;
}

/**
 * `husband` of `husband_id`, `legal_person` of `legal_person_id`; `person_id` is just who it is.
 */
const stemOf = (about: string): string => about.replace(/_?(id|id_no|id_card)$/, '');

/**
 * Whether an item of the row tells of the reader and not of somebody who stands beside him: a wife,
 * a child, a guardian. By its name: it is called as the number is (`husband_name` beside
 * `husband_id`), or only by what it is (`name`, `mobile`). What is in doubt is another's.
 */
function isHis(item: { name: string; semantic: string | null }, about: string): boolean {
  if (item.semantic === null || !personal.has(item.semantic) || item.name === about) return true;
  const stem = stemOf(about);
  if (item.name === stem || item.name.startsWith(`${stem}_`)) return true;
  return /^(name|mobile|phone|tel|email|born_on|birth_date|contact_phone)$/.test(item.name);
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

function viewsOf({ contract, about }: Place, lines: readonly PlacedLine[]): ItemSight[] {
  const sight: Sight = { role: subjectRole, rows: { all: true }, own: false };
  return seeItems(contract, lines, [sight], ownPurpose).map((view) =>
    isHis(view.item, about) ? view : asOthers(view),
  );
}

const limitsOf = ({ settings }: Ctx, rows: number) => ({
  ms: settings.sql_time_limit_ms,
  rows,
  memory_mb: settings.sql_memory_limit_mb,
});

interface Held extends Place {
  rows: HeldRows;
}

/**
 * Of these snapshots: whether somebody stands in them. Dropped together when there are too many.
 */
const knownHits = new WeakMap<Db, Map<string, boolean>>();
const mostHits = 100_000;

const hitName = ({ contract, about, rows }: Held, person: string): string =>
  `${person} ${contract.name}.${about} ${rows.snapshot?.id}`;

/** Looks through whole sets, all in one query that gives nothing but counts. */
async function lookedThrough(ctx: Ctx, held: readonly Held[], person: string): Promise<number[]> {
  if (held.length === 0) return [];
  const relations = held.map(({ rows, about }, at) => ({
    name: `place_${at}`,
    sql: `(select 1 as hit from ${rowsAbout(ctx, rows, about, person)} as own)`,
    columns: [{ name: 'hit', type: 'INTEGER' }],
  }));
  const sql = relations
    .map(({ name }, at) => `select ${at} as place, count(*) as n from ${name}`)
    .join(' union all ');
  const limits = limitsOf(ctx, held.length);
  const { rows } = await sealed(
    () => ctx.lake.fenced({ sql, relations, params: momentOf(ctx, undefined), limits }),
    [],
  );
  return rows.filter(([, n]) => Number(n) > 0).map(([place]) => Number(place));
}

/** Which of the places have rows about him. A snapshot is looked through for a person once. */
async function placesWith(ctx: Ctx, places: readonly Place[], person: string): Promise<Place[]> {
  const all = await Promise.all(
    places.map(async (place) => ({ ...place, rows: await heldRows(ctx, place.contract) })),
  );
  const hits = knownHits.get(ctx.db) ?? new Map<string, boolean>();
  if (hits.size > mostHits) hits.clear();
  knownHits.set(ctx.db, hits);
  const unknown = all.filter((one) => !hits.has(hitName(one, person)));
  const found = new Set(await lookedThrough(ctx, unknown, person));
  for (const [at, one] of unknown.entries()) hits.set(hitName(one, person), found.has(at));
  return places.filter((_, at) => {
    const one = all[at];
    return one !== undefined && hits.get(hitName(one, person)) === true;
  });
}

async function readPlace(
  ctx: Ctx,
  place: Place,
  views: readonly ItemSight[],
  asked: { person: string; limit: number },
): Promise<OwnRecords | null> {
  const { contract, about } = place;
  const held = await heldRows(ctx, contract);
  if (held.snapshot === null) return null;
  const has = new Set(held.columns.map(({ name }) => name));
  const kept = views.filter(({ item }) => has.has(item.name));
  const own = rowsAbout(ctx, held, about, asked.person);
  const bound = bind(toGated(contract), kept, own, readingOf(ctx, ownPurpose));
  if (bound === null) return null;
  const names = bound.items.map(({ item }) => item.name);
  const columns = bound.items.map(({ item }) => ({
    name: item.name,
    type: held.columns.find(({ name }) => name === item.name)?.type ?? 'VARCHAR',
  }));
  const relations = [{ name: contract.name, sql: bound.sql, columns }];
  const sql = `select * from ${quoteName(contract.name)} order by 1, 2`;
  const limits = limitsOf(ctx, asked.limit);
  const answer = await sealed(
    () => ctx.lake.fenced({ sql, relations, params: momentOf(ctx, undefined), limits }),
    [],
  );
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
    snapshot: held.snapshot.id,
    asOf: held.snapshot.at.toISOString(),
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
  const places = (await placesOf(ctx, dataset)).map((place) => ({
    place,
    views: viewsOf(place, lines),
  }));
  // Where the policy shows nothing nothing is looked for either.
  const open = places.filter(({ views }) => views.some(({ parts }) => parts.length > 0));
  const found = await placesWith(
    ctx,
    open.map(({ place }) => place),
    person,
  );
  const records: OwnRecords[] = [];
  for (const { place, views } of open.filter((one) => found.includes(one.place))) {
    const read = await readPlace(ctx, place, views, { person, limit });
    if (read !== null) records.push(read);
  }
  return records;
}
