/**
 * Who sees what: policy lines, held roles and grants turned into a view. Pure: no database, no
 * clock.
 */
import type { Actor, RoleInUnit } from '#kernel/auth';
import type { Bilingual } from '#kernel/errors';
import { isDivision } from '#organisation/model';
import type { Decision, Grade, Grant, PolicyLine } from '../model.ts';

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

export type RowScope = { all: true } | { all: false; units: string[] };

/** Whether a row of this unit lies in the scope: what `rowPredicate` says, for rows at hand. */
export const reaches = (scope: RowScope, unit: unknown): boolean =>
  scope.all ||
  (typeof unit === 'string' &&
    scope.units.some((code) => (isDivision(code) ? unit.startsWith(code) : unit === code)));

/** What the gate has to know of an item. */
export interface GatedItem {
  name: string;
  grade: Grade;
  semantic: string | null;
}

/** What the gate has to know of a dataset. */
export interface GatedDataset {
  name: string;
  owner: string;
  unitItem: string | null;
  items: GatedItem[];
}

/** What a reader sees of an item, and through which of his sights. */
export interface ItemSight {
  item: GatedItem;
  decision: Decision;
  through: Sight[];
}

/**
 * The role under which the platform reads on its own clock; policy lines name it like any other.
 */
export const platformRole = 'platform';

const noLine: Bilingual = {
  zh: '没有任何规则允许，默认不可见',
  en: 'No line allows it: absent by default',
};

const speaksOf = (line: PlacedLine, sight: Sight, item: GatedItem, purpose: string): boolean =>
  (line.roles.includes(sight.role) || (line.roles.includes('*') && sight.role !== platformRole)) &&
  line.grades.includes(item.grade) &&
  (line.types === undefined || (item.semantic !== null && line.types.includes(item.semantic))) &&
  (line.purposes === undefined || line.purposes.includes(purpose)) &&
  (line.own === undefined || sight.own);

const byGrant = (grant: Grant, item: GatedItem): Decision => ({
  view: grant.items.includes(item.name) ? 'plain' : 'absent',
  line: null,
  role: null,
  because: { zh: `授权 ${grant.id}`, en: `Grant ${grant.id}` },
  source: grant.approvedBy,
});

/**
 * Decides one item for one sight: `absent` beats `plain`, the first such line is named, no line is
 * absent.
 */
export function decide(
  lines: readonly PlacedLine[],
  sight: Sight,
  item: GatedItem,
  purpose: string,
): Decision {
  if (sight.grant) return byGrant(sight.grant, item);
  const spoken = lines.filter((line) => speaksOf(line, sight, item, purpose));
  const line = spoken.find((each) => each.view === 'absent') ?? spoken[0];
  if (!line) return { view: 'absent', line: null, role: null, because: noLine, source: null };
  const { view, ref, because, clause } = line;
  return { view, line: ref, role: sight.role, because, source: clause };
}

/**
 * A sight must never widen another: an item is seen only on the rows of the sights that allow it.
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
  const allowed = decided.filter(({ decision }) => decision.view === 'plain');
  const first = allowed[0] ?? decided.find(({ decision }) => decision.line !== null) ?? decided[0];
  return {
    item,
    decision: first?.decision ?? {
      view: 'absent',
      line: null,
      role: null,
      because: noLine,
      source: null,
    },
    through: allowed.map(({ sight }) => sight),
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
  if (grant.units) return { all: false, units: grant.units };
  const scopes = actor.roles.map((held) => rowsOf(held, dataset));
  if (scopes.some((scope) => scope.all)) return { all: true };
  return { all: false, units: scopes.flatMap((scope) => (scope.all ? [] : scope.units)) };
}
