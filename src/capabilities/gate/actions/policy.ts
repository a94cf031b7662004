/**
 * Who sees what: policy lines, held roles and grants turned into a view. Pure: no database, no
 * clock.
 */
import type { Actor, RoleInUnit } from '#kernel/auth';
import type { Bilingual } from '#kernel/errors';
import type { Decision, Grade, Grant, PolicyLine, RowCondition, Treatment } from '../model.ts';
import { maskOf, type Treatable } from './masks/index.ts';

/** A line with the file it stands in. */
export interface PlacedLine extends PolicyLine {
  /** `pack/file#line`. */
  ref: string;
  /** Source of the line, else of its file. */
  clause: string;
}

/** One way an actor comes to data: a role held in a unit, the platform itself, or a grant. */
export interface Sight {
  role: string;
  rows: RowScope;
  /** The role is held in the unit that owns the dataset. */
  own: boolean;
  grant?: Grant;
}

/** A condition every row meets: a value of a list, or one between bounds. */
export interface Condition extends RowCondition {
  type: string;
}

export type RowScope = ({ all: true } | { all: false; units: string[] }) & {
  /** Absent: every row of these units. */
  where?: Condition[];
};

/** What the gate has to know of an item. */
export interface GatedItem extends Treatable {
  name: string;
  grade: Grade;
}

/** What the gate has to know of a dataset. */
export interface GatedDataset {
  name: string;
  owner: string;
  unitItem: string | null;
  /** Items that tell one row from another. */
  key: readonly string[];
  items: GatedItem[];
}

/** One treatment of an item, and the sights that give it. */
export interface ItemPart {
  decision: Decision;
  sights: Sight[];
}

/** What a reader sees of an item, and through which of his sights. */
export interface ItemSight {
  item: GatedItem;
  /** The clearest he has on any row; why it is absent when he has none. */
  decision: Decision;
  /** The clearest first; on a row the first that reaches it counts. Empty: absent. */
  parts: ItemPart[];
  through: Sight[];
  /** He may only count it; null when he sees it in any way, or in none. */
  counting: { least: number; sights: Sight[] } | null;
}

/**
 * The role under which the platform reads on its own clock; policy lines name it like any other.
 */
export const platformRole = 'platform';

/** The role in which a person reads the rows that are about himself, and no others. */
export const subjectRole = 'subject';

const noLine: Bilingual = {
  zh: '没有任何规则允许，默认不可见',
  en: 'No line allows it: absent by default',
};

/** A role somebody holds: `*` speaks of those. */
const isRole = (role: string): boolean => role !== platformRole && role !== subjectRole;

const speaksOf = (line: PlacedLine, sight: Sight, item: GatedItem, purpose: string): boolean =>
  (line.roles.includes(sight.role) || (line.roles.includes('*') && isRole(sight.role))) &&
  line.grades.includes(item.grade) &&
  (line.types === undefined || (item.semantic !== null && line.types.includes(item.semantic))) &&
  (line.purposes === undefined || line.purposes.includes(purpose)) &&
  (line.own === undefined || sight.own);

/** From the clearest to the strictest. */
const strictness: Record<Treatment, number> = {
  plain: 0,
  masked: 1,
  generalised: 2,
  hashed: 3,
  counted: 4,
  absent: 5,
};

export const isStricter = (one: Treatment, other: Treatment): boolean =>
  strictness[one] > strictness[other];

const maskFor = (item: GatedItem, { view, mask }: Pick<PolicyLine, 'view' | 'mask'>) =>
  view === 'masked' || view === 'generalised' ? maskOf(item, view, mask ?? null) : null;

function byGrant(grant: Grant, item: GatedItem): Decision {
  const changed = grant.masks?.[item.name];
  const least = changed ? undefined : grant.counted?.least;
  const view = changed?.view ?? (least === undefined ? 'plain' : 'counted');
  return {
    ...(least === undefined ? {} : { least }),
    view: grant.items.includes(item.name) ? view : 'absent',
    mask: changed && grant.items.includes(item.name) ? maskFor(item, changed) : null,
    line: null,
    role: null,
    because: { zh: `授权 ${grant.id}`, en: `Grant ${grant.id}` },
    source: grant.approvedBy,
  };
}

const absent: Decision = {
  view: 'absent',
  mask: null,
  line: null,
  role: null,
  because: noLine,
  source: null,
};

/**
 * Decides one item for one sight: the strictest treatment wins, the first line that says so is
 * named, no line is absent.
 */
export function decide(
  lines: readonly PlacedLine[],
  sight: Sight,
  item: GatedItem,
  purpose: string,
): Decision {
  if (sight.grant) return byGrant(sight.grant, item);
  const [line] = lines
    .filter((each) => speaksOf(each, sight, item, purpose))
    .toSorted((a, b) => strictness[b.view] - strictness[a.view]);
  if (!line) return absent;
  const { view, ref, because, clause, least } = line;
  return {
    view,
    mask: maskFor(item, line),
    line: ref,
    role: sight.role,
    because,
    source: clause,
    ...(least === undefined ? {} : { least }),
  };
}

type Decided = { sight: Sight; decision: Decision };

/** What is only counted asks for as many persons as the strictest of its lines does. */
function countingOf(decided: readonly Decided[]): ItemSight['counting'] {
  const counted = decided.filter(({ decision }) => decision.view === 'counted');
  if (counted.length === 0) return null;
  const least = Math.max(
    ...counted.map(({ decision }) => decision.least ?? Number.MAX_SAFE_INTEGER),
  );
  return { least, sights: counted.map(({ sight }) => sight) };
}

/** Sights that treat an item alike go together; the hash has a key for each sight. */
const alike = (decision: Decision, sight: Sight): string =>
  decision.view === 'hashed' ? hashScope(sight) : `${decision.view} ${decision.mask}`;

/**
 * What a key is made for: a grant, or the role that reads; the purpose is added by whoever reads.
 */
export const hashScope = ({ grant, role }: Sight): string =>
  grant ? `grant/${grant.id}` : `role/${role}`;

/**
 * A sight must never widen another: an item is seen only on the rows of the sights that allow it,
 * on each row as clearly as the clearest of those that reach it.
 */
export function seeItem(
  lines: readonly PlacedLine[],
  sights: readonly Sight[],
  item: GatedItem,
  purpose: string,
): ItemSight {
  const decided = sights.map((sight) => ({
    sight,
    decision: decide(lines, sight, item, purpose),
  }));
  const allowed = decided
    .filter(({ decision: { view } }) => view !== 'absent' && view !== 'counted')
    .toSorted((a, b) => strictness[a.decision.view] - strictness[b.decision.view]);
  const parts = new Map<string, ItemPart>();
  for (const { sight, decision } of allowed) {
    const name = alike(decision, sight);
    const part = parts.get(name);
    if (part) part.sights.push(sight);
    else parts.set(name, { decision, sights: [sight] });
  }
  const counting = allowed.length > 0 ? null : countingOf(decided);
  const first =
    allowed[0] ??
    decided.find(({ decision }) => decision.view === 'counted') ??
    decided.find(({ decision }) => decision.line !== null) ??
    decided[0];
  return {
    item,
    decision: first?.decision ?? absent,
    parts: [...parts.values()],
    through: allowed.map(({ sight }) => sight),
    counting,
  };
}

/** The district itself is the root of the staff tree: its path has one step. */
const isDistrict = (held: RoleInUnit): boolean => held.path === held.unit;

const rowsOf = (held: RoleInUnit, dataset: GatedDataset): RowScope =>
  isDistrict(held) || held.unit === dataset.owner
    ? { all: true }
    : { all: false, units: [held.unit] };

/** The ways an actor comes to a dataset. Under a grant there is that one only. */
export function sightsOf(actor: Actor, dataset: GatedDataset, grant?: Grant): Sight[] {
  if (grant) return [{ role: 'grant', rows: grantRows(actor, dataset, grant), own: false, grant }];
  if (actor.kind === 'system') return [{ role: platformRole, rows: { all: true }, own: false }];
  return actor.roles.map((held) => ({
    role: held.role,
    rows: rowsOf(held, dataset),
    own: held.unit === dataset.owner,
  }));
}

function grantRows(actor: Actor, dataset: GatedDataset, grant: Grant): RowScope {
  // An item the contract has no longer is compared as text, and opens nothing.
  const typeOf = (item: string): string =>
    dataset.items.find(({ name }) => name === item)?.type ?? 'text';
  const where = grant.rows?.map((condition) => ({ ...condition, type: typeOf(condition.item) }));
  return { ...grantUnits(actor, dataset, grant), ...(where === undefined ? {} : { where }) };
}

function grantUnits(actor: Actor, dataset: GatedDataset, grant: Grant): RowScope {
  if (grant.units) return { all: false, units: grant.units };
  const scopes = actor.roles.map((held) => rowsOf(held, dataset));
  if (scopes.some((scope) => scope.all)) return { all: true };
  return { all: false, units: scopes.flatMap((scope) => (scope.all ? [] : scope.units)) };
}
