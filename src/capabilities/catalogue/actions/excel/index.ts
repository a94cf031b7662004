/** The whole catalogue as a workbook, out and in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import {
  type ApplyInput,
  appliedFiles,
  applyPacks,
  applyPermission,
  declaredNow,
  exportPack,
  type PackFile,
  packErrors,
  planPacks,
  writePack,
} from '#kernel/packs';
import { findUnit } from '#organisation';
import type { ImportResult } from '../../model.ts';
import { providerOf } from '../elements.ts';
import { changesBetween } from '../history.ts';
import { knownDatasets } from '../known.ts';
import { shownHeaders } from './columns.ts';
import { readBook, writeBook } from './file.ts';
import { keepInHome } from './keep.ts';
import { asSheets, type ParsedContract, parseBook } from './parse.ts';
import { addRows, emptyBook, sameRows, type Tree } from './rows.ts';

const datasetFiles = (ctx: Pick<Ctx, 'db'>): Promise<PackFile[]> =>
  appliedFiles(ctx, declaredNow(), 'datasets');

/** Every resource the viewer may know of, with all that its file says, as .xlsx. */
export async function exportCatalogue(ctx: Ctx): Promise<Buffer> {
  const contracts = await knownDatasets(ctx);
  const files = new Map(
    (await datasetFiles(ctx)).map((file) => [`${file.pack}/${file.name}`, file]),
  );
  const book = emptyBook();
  for (const contract of contracts) {
    const file = files.get(`${contract.pack}/${contract.name}`);
    if (file === undefined) continue;
    addRows(book, contract.name, file.data as Tree);
    const [unit, provider] = await Promise.all([
      findUnit(ctx, contract.owner),
      providerOf(ctx, contract.owner),
    ]);
    const shown = [contract.code, unit?.name, provider?.uscc];
    const line = book.resources.at(-1) ?? {};
    for (const [at, header] of shownHeaders.entries()) line[header] = shown[at] ?? '';
  }
  return writeBook(book);
}

/** The cell of a fault: that of the longest part of its path that stands in a cell. */
function placeIn({ places }: ParsedContract, item: string): string {
  for (let path = item; path !== ''; path = path.replace(/\.?[^.]*$/, '')) {
    const place = places.get(path);
    if (place !== undefined) return place;
  }
  return places.get('') ?? '';
}

function atCells(faults: readonly Fault[], contracts: readonly ParsedContract[]): Fault[] {
  return faults.map((fault) => {
    const [, name] = /\/datasets\/([^/]+)\.(?:ya?ml|sql)$/.exec(fault.file ?? '') ?? [];
    const contract = contracts.find((one) => one.name === name);
    if (contract === undefined) return fault;
    const { file: _, line: __, ...rest } = fault;
    return { ...rest, item: placeIn(contract, fault.item ?? '') };
  });
}

interface Changed {
  contract: ParsedContract;
  pack: string;
  path: string;
  before: Tree | null;
}

/** What differs from what is applied; a resource that is no longer in the sheets stays as it is. */
function changedIn(
  contracts: readonly ParsedContract[],
  files: readonly PackFile[],
  pack: string,
): Changed[] {
  return contracts.flatMap((contract): Changed[] => {
    const file = files.find((one) => one.name === contract.name);
    if (file === undefined) {
      return [{ contract, pack, path: `datasets/${contract.name}.yaml`, before: null }];
    }
    const before = file.data as Tree;
    if (sameRows(contract.name, before, contract.data)) return [];
    const stood = asSheets(contract.name, before);
    return [{ contract, pack: file.pack, path: file.file, before: stood }];
  });
}

const titleOf = ({ data, name }: ParsedContract): string => {
  const title = data.title as { zh?: string } | undefined;
  return title?.zh ?? name;
};

/** The manifest of a pack that begins with this import. */
const manifest = ({ settings }: Ctx): string =>
  stringify({
    title: { zh: '本地数据资源', en: 'Datasets made here' },
    owner: settings.county_code,
    platform: '>=0.1',
    needs: [],
  });

type Stood = Map<string, { path: string; content: string }[]>;

/**
 * The packs with the changed files in them, below `folder`.
 * @returns the files of each as they stand now
 */
async function writeTarget(ctx: Ctx, changed: readonly Changed[], folder: string): Promise<Stood> {
  const stood: Stood = new Map();
  for (const { pack } of changed) {
    if (stood.has(pack)) continue;
    const files = await exportPack(ctx, { pack });
    stood.set(pack, files);
    const mine = changed.filter((one) => one.pack === pack);
    const kept = files.filter(({ path }) => !mine.some((one) => one.path === path));
    const made = mine.map(({ path, contract }) => ({ path, content: stringify(contract.data) }));
    const first = files.length === 0 ? [{ path: 'pack.yaml', content: manifest(ctx) }] : [];
    writePack([...first, ...kept, ...made], join(folder, pack));
  }
  return stood;
}

interface Applying {
  folder: string;
  changed: readonly Changed[];
  stood: Stood;
  target: ApplyInput;
}

async function applied(
  ctx: Ctx,
  { folder, changed, stood, target }: Applying,
): Promise<ImportResult['applied']> {
  if (changed.length === 0) return [];
  const undo = await keepInHome(ctx, folder, changed, stood);
  try {
    return (await applyPacks(ctx, target)).packs;
  } catch (error) {
    await undo();
    throw error;
  }
}

export interface ImportInput {
  bytes: Buffer;
  /** Pack that new resources go to; those that are there stay in theirs. */
  pack: string;
  /** Whether to apply; else only what would change is told. */
  apply: boolean;
}

/**
 * Takes a workbook in as the packs it changes: checked, planned and applied as packs always are.
 * Nothing is written when it has a fault.
 * @returns what changes, and every fault by sheet and cell
 * @throws catalogue.not_excel; packs.refused when `apply` and there are faults
 */
export async function importCatalogue(ctx: Ctx, input: ImportInput): Promise<ImportResult> {
  requirePermission(ctx, applyPermission);
  const { book, faults: shape } = await readBook(
    input.bytes,
    ctx.settings.catalogue_excel_max_bytes,
  );
  const parsed = parseBook(book);
  const changed = changedIn(parsed.contracts, await datasetFiles(ctx), input.pack);
  const folder = await mkdtemp(join(ctx.settings.home, 'catalogue-'));
  try {
    const stood = await writeTarget(ctx, changed, folder);
    const packs = [...stood.keys()].map((pack) => join(folder, pack));
    const target = { packs, ...declaredNow() };
    const planned = packs.length === 0 ? [] : (await planPacks(ctx, target)).faults;
    const faults = [...shape, ...parsed.faults, ...atCells(planned, parsed.contracts)];
    if (input.apply && faults.length > 0) {
      throw packErrors.make('refused', { count: faults.length }, faults);
    }
    const done = input.apply ? await applied(ctx, { folder, changed, stood, target }) : [];
    return {
      resources: parsed.contracts.length,
      faults: faults.map(({ item, code, message }) => ({ cell: item ?? '', code, message })),
      changes: changed.map(({ contract, before }) => ({
        name: contract.name,
        title: titleOf(contract),
        change: before === null ? 'add' : 'change',
        changes: before === null ? [] : changesBetween(before, contract.data),
      })),
      applied: done,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
