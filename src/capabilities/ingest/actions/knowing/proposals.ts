/** The verbs of the page that catalogues a file: propose, check what was corrected, save. */
import {
  type Contract,
  type Loosened,
  listDatasets,
  loosened,
  normalHeader,
  semanticNames,
  semantics,
} from '#catalogue';
import { viewOfDraft } from '#gate';
import { authErrors, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { checkFile } from '#kernel/packs';
import { findUnit, isDivision, unitsUnder } from '#organisation';
import { ingestErrors } from '../../errors.ts';
import type {
  FileProposal,
  Proposal,
  ProposalCheck,
  ProposalInput,
  ProposedColumn,
  SavedProposal,
} from '../../model.ts';
import { deliverPermission } from '../owner.ts';
import { safeName } from '../reading/index.ts';
import { readingLimits } from '../reading/limits.ts';
import { proposeFile } from './contract/file.ts';
import { proposalYaml } from './contract/index.ts';
import { localPack, saveLocal } from './local.ts';
import type { KnownColumn } from './model.ts';
import { knowOptions } from './settings.ts';

/** @throws auth.not_allowed, auth.not_in_unit */
async function requireUnit(ctx: Ctx, owner: string): Promise<void> {
  requirePermission(ctx, deliverPermission);
  const unit = await findUnit(ctx, owner);
  if (unit !== undefined && seesUnit(ctx.actor, unit.path)) return;
  throw authErrors.make('not_in_unit', {
    unit: unit?.name ?? owner,
    permission: deliverPermission,
  });
}

/** The unit data is proposed for when nobody says: the one the actor delivers for. */
function ownUnit(ctx: Ctx): string {
  const held = ctx.actor.roles.find(({ role }) => role === 'source_officer') ?? ctx.actor.roles[0];
  return held?.unit ?? ctx.settings.county_code;
}

/** Codes of the district, its towns and villages. */
async function divisionsOf(ctx: Ctx): Promise<string[]> {
  const units = await unitsUnder(ctx, ctx.settings.county_code);
  return units
    .filter((unit) => unit.level !== 'grid' && isDivision(unit.code))
    .map(({ code }) => code);
}

const hidden = '••••';

/** A name keeps its first sign; of everything else that is not to be seen nothing is left. */
function masked(semantic: string | null, value: string | null): string | null {
  if (value === null || value === '') return value;
  if (semantic !== 'person_name') return hidden;
  const [first = ''] = value;
  return `${first}**`;
}

interface Seen {
  column: KnownColumn;
  item: string | null;
  plain: boolean;
}

/** A column that is not taken has no grade of its own: what was found decides. */
async function seenOf(ctx: Ctx, { name, contract }: Proposal, columns: KnownColumn[]) {
  const items = new Map(contract.items.map((item) => [normalHeader(item.title.zh), item.name]));
  const draft = {
    name,
    owner: contract.owner,
    unit_item: contract.unit_item ?? null,
    items: columns.map(({ grade, semanticType }, at) => ({
      name: String(at),
      grade,
      semantic: semanticType ?? undefined,
    })),
  };
  const sights = await viewOfDraft(ctx, draft);
  return columns.map(
    (column, at): Seen => ({
      column,
      item: items.get(normalHeader(column.name)) ?? null,
      plain: sights[at]?.decision.view === 'plain',
    }),
  );
}

function columnOf({ column, item, plain }: Seen): ProposedColumn {
  const { semanticType: semantic, examples } = column;
  return {
    header: column.name,
    item,
    type: column.type,
    semantic,
    share: column.evidence?.share ?? null,
    nulls: column.nulls,
    distinct: column.distinct,
    misfits: column.misfits.count,
    seen: plain ? 'plain' : 'masked',
    examples: plain ? examples : examples.map((value) => masked(semantic, value) ?? ''),
  };
}

/**
 * What a file is and the contract it gets. Values are shown by the policy in force, as if the
 * proposal were the contract.
 * @throws auth.*, ingest.* as reading does
 */
export async function proposeUpload(
  ctx: Ctx,
  input: { name: string; path: string } & ProposalInput,
): Promise<FileProposal> {
  const owner = input.owner ?? ownUnit(ctx);
  await requireUnit(ctx, owner);
  const file = safeName(input.name);
  const limits = readingLimits(ctx.settings);
  const { proposal, columns, preview, dialect, sheets, rows, good } = await proposeFile(
    { path: input.path, file, owner, limits, dialect: input.dialect },
    {
      engine: ctx.lake.engine,
      options: { ...knowOptions(ctx), divisions: await divisionsOf(ctx) },
    },
  );
  const seen = await seenOf(ctx, proposal, columns);
  await ctx.audit.record(ctx, {
    action: 'ingest.propose',
    subject: `file/${file}`,
    rows: preview.length,
    detail: { owner, rows, columns: columns.length },
  });
  return {
    file,
    dialect: { ...dialect, sheets },
    rows,
    good,
    proposal,
    columns: seen.map(columnOf),
    preview: preview.map((row) =>
      row.map((value, at) => {
        const one = seen[at];
        return one?.plain ? value : masked(one?.column.semanticType ?? null, value);
      }),
    ),
    meanings: semanticNames.map((name) => ({ name, title: semantics[name].title })),
    yaml: proposalYaml(proposal),
  };
}

const faultOf = ({ code, item, message }: Fault): ProposalCheck['faults'][number] => ({
  code,
  item: item ?? null,
  message: { zh: message.zh, en: message.en },
});

/**
 * Every fault of a proposal as a person left it. Nothing is written.
 * @throws auth.not_allowed, auth.not_in_unit
 */
export async function checkProposal(ctx: Ctx, draft: Proposal): Promise<ProposalCheck> {
  await requireUnit(ctx, draft.contract.owner);
  const yaml = proposalYaml(draft);
  const { name } = draft;
  const file = `datasets/${name}.yaml`;
  const source = { pack: localPack, kind: 'datasets', name, file, content: yaml };
  const faults = await checkFile(ctx, source);
  const standing = await refusedBy(ctx, draft);
  return { faults: [...faults, ...standing].map(faultOf), yaml };
}

const standingAs = async (ctx: Ctx, { name }: Proposal): Promise<Contract | undefined> =>
  (await listDatasets(ctx)).find((one) => one.name === name);

/** A dataset of that name that another unit put here may not be overwritten. */
const isOfOther = (standing: Contract | undefined, { contract }: Proposal): boolean =>
  standing !== undefined && (standing.owner !== contract.owner || standing.sealed_for !== null);

/**
 * Items that were graded and would be less strict: that is declassification, with an approval of
 * its own.
 */
function lowered(standing: Contract | undefined, { contract }: Proposal): Loosened[] {
  return loosened(standing?.items ?? [], contract.items);
}

const loweredFaults = (items: readonly Loosened[]): Fault[] =>
  items.map(({ item, was: grade }) =>
    ingestErrors.fault('proposal_lower', { item: `items.${item}` }, { item, grade }),
  );

async function refusedBy(ctx: Ctx, draft: Proposal): Promise<Fault[]> {
  const standing = await standingAs(ctx, draft);
  const { name: dataset } = draft;
  if (!isOfOther(standing, draft)) return loweredFaults(lowered(standing, draft));
  return [ingestErrors.fault('dataset_of_other', { item: 'name' }, { dataset })];
}

/**
 * Puts the dataset into the catalogue: its file into the local pack, applied like every pack.
 * @throws auth.not_allowed, auth.not_in_unit, packs.refused, ingest.dataset_of_other,
 * ingest.proposal_lower with every such item
 */
export async function saveProposal(ctx: Ctx, draft: Proposal): Promise<SavedProposal> {
  await requireUnit(ctx, draft.contract.owner);
  const { name } = draft;
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw ingestErrors.make('bad_dataset_name', { name });
  const standing = await standingAs(ctx, draft);
  if (isOfOther(standing, draft)) throw ingestErrors.make('dataset_of_other', { dataset: name });
  const laxer = lowered(standing, draft);
  const [first] = laxer;
  if (first !== undefined) {
    const { item, was: grade } = first;
    throw ingestErrors.make('proposal_lower', { item, grade }, loweredFaults(laxer));
  }
  const { packs } = await saveLocal(ctx, name, proposalYaml(draft));
  const version = packs.find(({ pack }) => pack === localPack)?.version;
  return { dataset: name, file: `${localPack}/datasets/${name}.yaml`, version: version ?? 0 };
}
