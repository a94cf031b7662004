/**
 * The sample district: what departments would deliver, made up from a published seed, dirty in
 * declared proportions, with the truth written aside. Imported by the command line only.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Component,
  componentRows,
  componentsFor,
  coversOfStory,
  mended,
  ownerEvidence,
  storyComponent,
} from './components.ts';
import { deliveryForms, deliveryOrder } from './deliveries.ts';
import { dirtShares, dirtyRow, spoil } from './dirt.ts';
import { writeDelivery } from './files.ts';
import { historyRows } from './history.ts';
import { type Place, placesFor, storyDoor } from './places.ts';
import { randomOf } from './random.ts';
import { type RegistersTruth, registersTruth, writeRegisters } from './registers/index.ts';
import {
  dutyContacts,
  handovers,
  ledgerEntries,
  type ReportWorld,
  type Row,
  workOrders,
} from './reports.ts';
import type { StorySite } from './story/site.ts';
import { unitTable } from './units.ts';

export { storyComponent } from './components.ts';
export { citizenId, creditCode, firmCode, mobileNumber, personName } from './identity.ts';
export { generateLater, type LaterTruth, readLaterTruth } from './later.ts';
export { storyDoor } from './places.ts';
export { type Random, randomOf } from './random.ts';
export { citizen, type RegistersTruth, registerGroups } from './registers/index.ts';
export * from './story/index.ts';

/** Published: whoever runs it gets the same district. */
export const sampleSeed = 'guantong-sample-1';

export interface SampleOptions {
  /** Folder the files are written to; made when absent. */
  dir: string;
  seed?: string;
  /** 1 gives about 40,000 addresses, 20,000 components, 12,000 past events. */
  scale?: number;
  /** The day it is: everything reaches back from here. */
  now: Date;
}

const truthSchema = z.strictObject({
  seed: z.string(),
  scale: z.number(),
  now: z.iso.datetime(),
  dirtShares: z.record(z.string(), z.number()),
  deliveries: z.array(
    z.strictObject({
      dataset: z.string(),
      file: z.string(),
      rows: z.int(),
      dirty: z.array(dirtyRow),
    }),
  ),
  wrongOwners: z.array(
    z.strictObject({
      comp_id: z.string(),
      registered: z.string(),
      real: z.string(),
      shown_by: z.enum(['handled', 'keeper', 'nothing']),
    }),
  ),
  story: z.strictObject({ comp_id: z.string(), address: z.string(), grid: z.string() }),
  covers: z.array(
    z.strictObject({
      comp_id: z.string(),
      road: z.string(),
      number: z.int(),
      grid: z.string(),
      town: z.string(),
    }),
  ),
  burst: z.strictObject({
    town: z.string(),
    road: z.string(),
    orders: z.array(z.string()).describe('Numbers of the calls about the burst main'),
  }),
  mended: z.strictObject({ dataset: z.string(), file: z.string(), rows: z.int() }),
});

/** What is true of a sample, for whoever scores what the platform found. */
export type SampleTruth = z.output<typeof truthSchema>;

export interface SampleFile {
  dataset: string;
  path: string;
}

/** Rows at scale 1. Fresh ones are of the last hours: they become live events. */
const counts = { components: 20_000, orders: 3000, handovers: 1000, ledger: 800, history: 12_000 };
const fresh = { orders: 10, handovers: 4, ledger: 4 };

/** Covers that stay in the mended file beside the story's: what one afternoon of mending gives. */
const mendedOthers = 8;

/**
 * Writes the deliveries of every department into `dir`, `truth.json` aside and the mended component
 * file in
 * `mended/`. The same seed, scale and day give the same rows.
 * @returns files in the order in which they should be delivered
 */
export async function generateSample(
  options: SampleOptions,
): Promise<{ files: SampleFile[]; truthPath: string }> {
  const { dir, seed = sampleSeed, scale = 1, now } = options;
  await mkdir(join(dir, 'mended'), { recursive: true });
  const made = makeRows(seed, scale, now.getTime());
  const deliveries: SampleTruth['deliveries'] = [];
  const files: SampleFile[] = [];
  for (const name of deliveryOrder) {
    const { dataset, file, format, headers, dirt } = deliveryForms[name];
    const items = Object.keys(headers);
    const plan = { ...dirt, items, delimited: format !== 'xlsx', keep: made.keep };
    const { records, dirty } = spoil(randomOf(`${seed}/dirt/${name}`), made.rows[name], plan);
    const path = join(dir, file);
    await writeDelivery(path, format, Object.values(headers), records);
    deliveries.push({ dataset, file, rows: records.length, dirty });
    files.push({ dataset, path });
  }
  const mendedRows = await writeMended(dir, made.components, now.getTime());
  const truthPath = join(dir, 'truth.json');
  const truth: SampleTruth = {
    seed,
    scale,
    now: now.toISOString(),
    dirtShares,
    deliveries,
    wrongOwners: wrongOwnersOf(made.components),
    story: storyOf(made.components),
    covers: coversOf(made.components),
    burst: burstOf(made),
    mended: { dataset: 'components', file: mendedFile, rows: mendedRows },
  };
  await writeFile(truthPath, `${JSON.stringify(truth, null, 1)}\n`);
  return { files, truthPath };
}

/** People of the sample when nobody says otherwise; the district has 1.65 million. */
export const samplePeople = 50_000;

const registersTruthFile = 'registers-truth.json';

/**
 * Writes the registers of one invented population into `dir`: people, firms and what refers to
 * them, with `registers-truth.json` and `disagreements.ndjson` aside. One village at a time is held
 * in memory: 1.65 million people take 46 s of one core and 640 MB.
 * @returns files in the order in which they should be delivered
 */
export async function generateRegisters(
  options: SampleOptions & { people?: number },
): Promise<{ files: SampleFile[]; truthPath: string }> {
  const { dir, seed = sampleSeed, scale = 1, now, people = samplePeople } = options;
  await mkdir(dir, { recursive: true });
  const places = placesFor(randomOf(seed).fork('places'), scale);
  const input = { dir, seed, people, places, now: now.getTime() };
  const { deliveries, truth: found } = await writeRegisters(input);
  const truth: RegistersTruth = { seed, now: now.toISOString(), ...found, deliveries };
  const truthPath = join(dir, registersTruthFile);
  await writeFile(truthPath, `${JSON.stringify(truth, null, 1)}\n`);
  const files = deliveries.map(({ dataset, file }) => ({ dataset, path: join(dir, file) }));
  return { files, truthPath };
}

/** The truth of the registers that were written to `dir`. */
export async function readRegistersTruth(dir: string): Promise<RegistersTruth> {
  return registersTruth.parse(JSON.parse(await readFile(join(dir, registersTruthFile), 'utf8')));
}

interface Made {
  rows: Record<keyof typeof deliveryForms, Row[]>;
  components: Component[];
  /** Numbers of the calls about the burst main. */
  burst: string[];
  /** Keys of rows that stay clean, so that the story can be told. */
  keep: ReadonlySet<string>;
}

function makeRows(seed: string, scale: number, now: number): Made {
  const random = randomOf(seed);
  const divisions = unitTable('divisions');
  const departments = unitTable('departments');
  const towns = divisions.filter((unit) => unit.level === 'town' && !unit.zone);
  const units = new Map([...divisions, ...departments].map((unit) => [unit.code, unit]));
  const places = placesFor(random.fork('places'), scale);
  const sized = (count: number): number => Math.max(1, Math.round(count * scale));
  const components = componentsFor(
    random.fork('components'),
    places,
    sized(counts.components),
    now,
  );
  const world = (name: string): ReportWorld => ({ random: random.fork(name), places, units, now });
  const orders = workOrders(world('orders'), sized(counts.orders), fresh.orders);
  return {
    components,
    burst: orders.burst,
    keep: new Set([
      storyComponent,
      ...storyPlaces(places),
      ...wrongIds(components),
      ...orders.burst,
    ]),
    rows: {
      addresses: places.map(addressRow),
      components: componentRows(components),
      contacts: dutyContacts(random.fork('contacts'), [...departments, ...towns], now),
      history: historyRows(world('history'), components, sized(counts.history)),
      workOrders: orders.rows,
      handovers: handovers(world('handovers'), sized(counts.handovers), fresh.handovers),
      ledger: ledgerEntries(world('ledger'), sized(counts.ledger), fresh.ledger),
    },
  };
}

const addressRow = (place: Place): Row => ({
  addr_code: place.code,
  full_name: place.fullName,
  town_code: place.town,
  village_code: place.village,
  grid_code: place.grid,
  road: place.road,
  number: place.number === null ? '' : String(place.number),
  compound: place.compound,
  building: place.building,
  lon: place.at[0].toFixed(6),
  lat: place.at[1].toFixed(6),
});

const storyPlaces = (places: readonly Place[]): string[] =>
  places.filter((place) => place.road === storyDoor.road).map((place) => place.code);

const wrongIds = (components: readonly Component[]): string[] =>
  components.filter((one) => one.owner !== one.trueOwner).map((one) => one.id);

function wrongOwnersOf(components: readonly Component[]): SampleTruth['wrongOwners'] {
  const evidence = ownerEvidence(components);
  return components
    .filter((one) => one.owner !== one.trueOwner)
    .map((one) => ({
      comp_id: one.id,
      registered: one.owner,
      real: one.trueOwner,
      shown_by: evidence.get(one.id) ?? 'nothing',
    }));
}

function storyOf(components: readonly Component[]): SampleTruth['story'] {
  const cover = components.find((one) => one.id === storyComponent);
  if (cover === undefined) throw new Error('the story has no cover');
  return { comp_id: cover.id, address: cover.address, grid: cover.grid };
}

const coversOf = (components: readonly Component[]): SampleTruth['covers'] =>
  coversOfStory(components).map(({ id, place }) => ({
    comp_id: id,
    road: place.road,
    number: place.number ?? 0,
    grid: place.grid,
    town: place.town,
  }));

function burstOf({ rows, burst }: Made): SampleTruth['burst'] {
  const first = rows.workOrders.find((row) => row.order_no === burst[0]);
  const road = /^.+?路/.exec(first?.title ?? '')?.[0] ?? '';
  return { town: first?.town_code ?? '', road, orders: burst };
}

const mendedFile = join('mended', '区综合执法局-城市部件-订正.csv');

/** The story's cover and a few others put right: delivered again, the correction closes. */
async function writeMended(
  dir: string,
  components: readonly Component[],
  now: number,
): Promise<number> {
  const story = components.filter((one) => one.id === storyComponent);
  const covers = new Set(coversOfStory(components));
  const others = components.filter((one) => one.owner !== one.trueOwner && !covers.has(one));
  const put = [...story, ...others.slice(0, mendedOthers)].map((one) => mended(one, now));
  const { headers, format } = deliveryForms.components;
  const records = componentRows(put).map((row) => ({
    cells: Object.keys(headers).map((item) => row[item] ?? ''),
  }));
  await writeDelivery(join(dir, mendedFile), format, Object.values(headers), records);
  return records.length;
}

/** The truth of a sample that was written to `dir`. */
export async function readTruth(dir: string): Promise<SampleTruth> {
  return truthSchema.parse(JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8')));
}

/** Covers the story can be played with, of a sample written to `dir` before. */
export async function storySites(dir: string): Promise<StorySite[]> {
  const { covers } = await readTruth(dir);
  const names = new Map(unitTable('departments').map((unit) => [unit.code, unit.name]));
  const owner = (code: string) => ({ code, name: names.get(code) ?? code });
  return covers.map(({ comp_id, ...place }) => ({
    component: comp_id,
    ...place,
    registered: owner('330109-pswater'),
    real: owner('330109-telecom'),
  }));
}

/** The file with which 区综合执法局 mends its register, of a sample written to `dir` before. */
export async function mendedComponents(input: { dir: string }): Promise<SampleFile> {
  const { mended: known } = await readTruth(input.dir);
  return { dataset: known.dataset, path: join(input.dir, known.file) };
}
