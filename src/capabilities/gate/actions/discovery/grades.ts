/** Items with their declared and proposed types and grades: lists, progress, grades of datasets. */
import type { z } from 'zod';
import { type Contract, type Grade, highestGrade, semanticNames, semantics } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import {
  type GradedItem,
  type GradesInput,
  gradesInput,
  type gradesPage,
  type gradesSummary,
} from '../../model.ts';
import * as store from '../../store/discovery.ts';
import { type NationalGrade, nationalGrades } from './national.ts';
import { discoverable } from './runs.ts';

export const gradesPermission = 'gate.grades';

/** What waits for somebody stands first. */
const order: Record<GradedItem['state'], number> = {
  submitted: 0,
  found: 1,
  unseen: 2,
  refused: 3,
  confirmed: 4,
  agrees: 5,
};

async function unitNames(ctx: Ctx, codes: readonly string[]): Promise<Map<string, string>> {
  const names = await Promise.all(
    [...new Set(codes)].map(async (code) => [code, (await findUnit(ctx, code))?.name] as const),
  );
  return new Map(names.map(([code, name]) => [code, name ?? code]));
}

interface All {
  contracts: Contract[];
  items: GradedItem[];
}

async function everything(ctx: Ctx): Promise<All> {
  const contracts = await discoverable(ctx);
  const rows = new Map((await store.found(ctx)).map((row) => [`${row.dataset}.${row.item}`, row]));
  const names = await unitNames(
    ctx,
    contracts.map(({ owner }) => owner),
  );
  const drifting = new Set(
    (await store.drifting(ctx)).flatMap(({ dataset, items }) =>
      items.map((item) => `${dataset}.${item}`),
    ),
  );
  const items = contracts.flatMap((contract) =>
    contract.items.map((item): GradedItem => {
      const key = `${contract.name}.${item.name}`;
      const row = rows.get(key);
      const asked = row?.state === 'submitted';
      return {
        dataset: contract.name,
        datasetTitle: contract.title,
        owner: contract.owner,
        ownerName: names.get(contract.owner) ?? contract.owner,
        item: item.name,
        title: item.title,
        semantic: item.semantic ?? null,
        grade: item.grade,
        state: row?.state ?? 'unseen',
        proposedSemantic: (asked ? row.asked_semantic : row?.semantic) ?? null,
        proposedGrade: (asked ? row.asked_grade : row?.grade) ?? null,
        share: row?.share ?? 0,
        named: row?.named ?? false,
        seen: row?.seen ?? [],
        values: row?.looked_at_values ?? 0,
        whole: row?.whole ?? false,
        lookedAt: row?.looked_at.toISOString() ?? null,
        askedBy: row?.asked_by ?? null,
        drifting: drifting.has(key),
      };
    }),
  );
  return { contracts, items };
}

const wordsOf = (one: GradedItem): string =>
  [
    one.dataset,
    one.datasetTitle.zh,
    one.datasetTitle.en,
    one.item,
    one.title.zh,
    one.title.en,
    one.ownerName,
  ]
    .join(' ')
    .toLowerCase();

function fits(one: GradedItem, input: z.output<typeof gradesInput>): boolean {
  const { state, owner, dataset, type, grade, q } = input;
  return (
    (state === undefined || one.state === state) &&
    (owner === undefined || one.owner === owner) &&
    (dataset === undefined || one.dataset === dataset) &&
    (type === undefined || one.semantic === type || one.proposedSemantic === type) &&
    (grade === undefined || one.grade === grade || one.proposedGrade === grade) &&
    (q === undefined || wordsOf(one).includes(q.toLowerCase()))
  );
}

const placeOf = (one: GradedItem): string => `${order[one.state]}|${one.dataset}|${one.item}`;

/** Items with their grades, what waits for somebody first. Needs `gate.grades`. */
export async function listGrades(
  ctx: Ctx,
  given: GradesInput,
): Promise<z.output<typeof gradesPage>> {
  requirePermission(ctx, gradesPermission);
  const input = gradesInput.parse(given);
  const { items } = await everything(ctx);
  const fitting = items
    .filter((one) => fits(one, input))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const { after } = input;
  const rest = after === undefined ? fitting : fitting.filter((one) => placeOf(one) > after);
  const page = rest.slice(0, input.limit);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > page.length;
  return { items: page, next: more ? placeOf(last) : null, total: fitting.length };
}

const openStates: readonly GradedItem['state'][] = ['found', 'submitted'];

function progressOf(owner: string, mine: readonly GradedItem[]) {
  return {
    owner,
    ownerName: mine[0]?.ownerName ?? owner,
    datasets: new Set(mine.map(({ dataset }) => dataset)).size,
    items: mine.length,
    looked: mine.filter(({ state }) => state !== 'unseen').length,
    open: mine.filter(({ state }) => openStates.includes(state)).length,
    decided: mine.filter(({ state }) => state !== 'unseen' && !openStates.includes(state)).length,
  };
}

const noNational: NationalGrade = {
  national: 'general',
  nationalProposed: 'general',
  nationalWhy: 'none',
  rows: 0,
};

/** Progress by department and the grade of every dataset. Needs `gate.grades`. */
export async function gradesOverview(ctx: Ctx): Promise<z.output<typeof gradesSummary>> {
  requirePermission(ctx, gradesPermission);
  const { contracts, items } = await everything(ctx);
  const byOwner = Map.groupBy(items, ({ owner }) => owner);
  const byDataset = Map.groupBy(items, ({ dataset }) => dataset);
  const top = (name: string): Grade =>
    highestGrade(
      (byDataset.get(name) ?? []).map((one) => ({ grade: one.proposedGrade ?? one.grade })),
    );
  const nationals = await nationalGrades(ctx, contracts, byDataset);
  return {
    owners: [...byOwner].map(([owner, mine]) => progressOf(owner, mine)),
    datasets: contracts.map((contract) => ({
      dataset: contract.name,
      title: contract.title,
      grade: highestGrade(contract.items),
      proposed: top(contract.name),
      ...(nationals.get(contract.name) ?? noNational),
    })),
    types: semanticNames.map((name) => {
      const { title, grade, standard = null } = semantics[name];
      return { name, title, grade, standard };
    }),
    states: Object.fromEntries(
      [...Map.groupBy(items, ({ state }) => state)].map(([state, all]) => [state, all.length]),
    ),
  };
}
