/** What the story's tests share: the sample's first files, a stage over any transport. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { capabilities } from '#app';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { applyPacks, declaredBy } from '#kernel/packs';
import {
  arriving,
  dayIn,
  generateSample,
  type People,
  type StoryFacts,
  type StorySite,
  storyScript,
  storySites,
} from '#sample';

export const pack = join(import.meta.dirname, '../../packs/district');

/** Datasets without which no report finds its grid and its owner. */
const needed = ['addresses', 'components'];

/**
 * A district small enough for a test: the packs, the addresses, the register of components. The
 * sample's files stay in the folder `given`.
 */
export async function smallDistrict(
  ctx: Ctx,
  drain: () => Promise<void>,
  given?: string,
): Promise<StorySite> {
  const dir = given ?? (await mkdtemp(join(tmpdir(), 'guantong-story-')));
  const { files } = await generateSample({ dir, now: ctx.clock.now(), scale: 0.2 });
  await applyPacks(ctx, { packs: [pack], ...declaredBy(capabilities) });
  await drain();
  for (const { dataset, path } of files) {
    if (!needed.includes(dataset)) continue;
    await deliver(ctx, { dataset, files: [{ name: basename(path), path }] });
  }
  await drain();
  return firstSite(dir);
}

/** Where the story plays, by the files of a sample. */
export async function firstSite(dir: string): Promise<StorySite> {
  const [site] = await storySites(dir);
  if (!site) throw new Error('the sample has no cover for the story');
  return site;
}

export interface CaseAnswer {
  id: string;
  number: string;
  step: string;
  outcome: string | null;
  closedAt: string | null;
  clocks: { name: string; expired: boolean; startedAt: string; stoppedAt: string | null }[];
  timeline: { seq: number; action: string | null; who: string; unitName: string | null }[];
}

export interface EventAnswer {
  event: {
    number: string;
    host: string;
    dispatch: { reason: { zh: string }; because: { zh: string }[]; host: string } | null;
    component: { id: string; owner: string; snapshot: number } | null;
    reports: {
      channel: string;
      signSeconds: number | null;
      answeredAt: string | null;
      rating: number | null;
      event: string;
    }[];
  };
}

export const factOf = (facts: StoryFacts, name: string): string => {
  const value = facts[name];
  if (value === undefined) throw new Error(`the story left no "${name}"`);
  return value;
};

export interface LivePlay {
  site: StorySite;
  stops: readonly number[];
  /** Number of the play, in the numbers it gives its reports. */
  serial: string;
  patienceMs: number;
  /** What earlier stops left. */
  facts?: StoryFacts;
}

/**
 * Plays stops by the wall's clock; what a moment waits for arrives when the server's loops bring
 * it.
 */
export async function playLive(people: People, play: LivePlay): Promise<StoryFacts> {
  const { site, stops, serial, patienceMs } = play;
  let facts = play.facts ?? {};
  for (const moment of storyScript.filter((one) => stops.includes(one.stop))) {
    const day = dayIn(new Date(), 'Asia/Shanghai').replaceAll('-', '');
    const stage = { people, site, facts, now: () => new Date(), day, serial };
    facts = { ...facts, ...(await arriving(() => moment.run(stage), { patienceMs })) };
  }
  return facts;
}
