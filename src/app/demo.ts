/**
 * The demonstration: a sample district fills through the ordinary doors, then the story is played,
 * first by the clock of the script, later before an audience. Demo mode only, loopback only.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listDatasets } from '#catalogue';
import { read } from '#gate';
import { deliver } from '#ingest';
import { authErrors } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Bilingual } from '#kernel/errors';
import { type Route, route } from '#kernel/http';
import { applyPacks, declaredBy } from '#kernel/packs';
import { bindIdentity, confirmIdentity } from '#organisation';
import {
  citizen,
  dayIn,
  deliveredBy,
  demoPassword,
  generateRegisters,
  generateSample,
  injected,
  people,
  registerGroups,
  type SampleFile,
  type StorySite,
  storySites,
  workTheDesk,
} from '#sample';
import { capabilities } from './capabilities.ts';
import { demoPack, feedRoute, runSources } from './demo-sources.ts';
import { type FillingStep, fill, fillingOf, fillingView } from './filling.ts';
import { type Platform, packFolders, toldTo } from './platform.ts';
import { serve } from './server.ts';
import {
  endBrokenPlays,
  liveTheatre,
  localInstant,
  newestPlay,
  newPlay,
  type Play,
  playOn,
  scriptClock,
  scriptDay,
  scriptTheatre,
} from './story.ts';
import { storyReport, storyView } from './story-report.ts';

/** Between two moments before an audience: the whole script stays under two minutes. */
const breathMs = 3600;

/** Who looks at the citizen's card, in the names of the demonstration's people. */
const seenBy = { first: 'xie', second: 'he' };

export interface Demonstration {
  /** Routes of the story and of the filling, served beside the capabilities. */
  capabilities: readonly Capability[];
  /** Account the first link signs in as. */
  firstAccount: string;
  /** Applies the packs, so that accounts exist. */
  prepare(): Promise<void>;
  /** Everything that is not in yet. */
  fill(stopped?: () => boolean): Promise<void>;
  /** Breaks off a replay under way, so that the process can end. */
  close(): Promise<void>;
}

/**
 * Files of the sample in the order in which the story needs them; what is not named comes after the
 * story.
 */
const beforeStory = ['addresses', 'components', 'city_event_history'];

interface Parts {
  platform: Platform;
  /** The serving app, once it is built: a replay acts through it. */
  app: () => FastifyInstance | undefined;
  folder: string;
}

const sampleOf = ({ platform, folder }: Parts) =>
  generateSample({ dir: folder, now: platform.ctx().clock.now() });

type Sample = Awaited<ReturnType<typeof generateSample>>;

/** Delivers files one after the other, each by the officer who answers for it. */
async function delivered(
  platform: Platform,
  files: readonly SampleFile[],
  report: (rows: number) => Promise<void>,
): Promise<number> {
  let rows = 0;
  for (const { dataset, path } of files) {
    const ctx = await platform.operator(deliveredBy[dataset]);
    const result = await deliver(ctx, { dataset, files: [{ name: basename(path), path }] });
    rows += result.accepted;
    await report(rows);
  }
  await platform.drain();
  return rows;
}

function deliveryStep(
  platform: Platform,
  sample: Sample,
  dataset: string,
  titles: Record<string, Bilingual>,
): FillingStep {
  const files = sample.files.filter((file) => file.dataset === dataset);
  return {
    name: `deliver/${dataset}`,
    title: titles[dataset] ?? { zh: dataset, en: dataset },
    run: (report) => delivered(platform, files, report),
  };
}

/** What comes by itself, once the registers are in. */
function sourcesStep({ platform, folder }: Parts): FillingStep {
  return {
    name: 'sources',
    title: { zh: '数据来源取数', en: 'Sources fetch' },
    run: async () => {
      const files = await readdir(folder, { recursive: true });
      const penalties = files.find((file) => file.endsWith('区综合执法局-行政处罚.csv'));
      return runSources(platform, penalties === undefined ? null : join(folder, penalties));
    },
  };
}

/** The registers of the population, after the story: made when the first of them is due. */
function registerSteps({ platform, folder }: Parts): FillingStep[] {
  let written: Promise<Sample> | undefined;
  const made = (): Promise<Sample> => {
    const now = platform.ctx().clock.now();
    written ??= generateRegisters({ dir: folder, now, people: platform.settings.sample_people });
    return written;
  };
  return registerGroups.map(({ name, title, registers }) => ({
    name: `registers/${name}`,
    title,
    run: async (report) => {
      const { files } = await made();
      const own = files.filter(({ dataset }) => registers.some((one) => one === dataset));
      return delivered(platform, own, report);
    },
  }));
}

/**
 * The citizen shows her identity card: one administrator enters the number, another one enters it
 * again. What stands on the card is what her register says.
 */
function citizenStep(platform: Platform): FillingStep {
  return {
    name: 'citizen',
    title: { zh: '群众实名', en: 'A citizen shows who she is' },
    run: async () => {
      const { account, name, village } = citizen;
      const police = await platform.operator(deliveredBy.residents);
      const { rows } = await read(
        police,
        'select person_id from residents where name = $name and village_code = $village',
        { purpose: 'identity', params: { name, village }, limit: 2 },
      );
      const [[identity] = []] = rows;
      if (typeof identity !== 'string' || rows.length > 1) return 0;
      await bindIdentity(await platform.operator(seenBy.first), { account, identity });
      await confirmIdentity(await platform.operator(seenBy.second), { account, identity });
      return 1;
    },
  };
}

/** Plays what is left of a play, on its own day; gives it as it stands then. */
async function playDay(parts: Parts, sites: readonly StorySite[], play: Play): Promise<Play> {
  const { platform } = parts;
  const { time_zone: zone } = platform.settings;
  const day = dayIn(play.started_at, zone);
  const site = sites[play.site];
  if (!site) throw new Error('the sample has no cover for the story');
  const clock = scriptClock(play.started_at);
  const app = await serve(platform, [], clock);
  try {
    const theatre = scriptTheatre(platform, app, site, clock, day, demoPassword);
    return await playOn(theatre, { ...play, state: 'running', error: null });
  } finally {
    await app.close();
  }
}

/**
 * Tells the story once. One that was interrupted goes on where it was; where that is not possible
 * any more, because the ladders went on without it, it is told anew at the next cover.
 */
async function playFirst(parts: Parts, sites: StorySite[]): Promise<number> {
  const { platform } = parts;
  const { time_zone: zone } = platform.settings;
  const day = scriptDay(platform.ctx().clock.now(), zone);
  const start = localInstant(day, '07:40:00', zone);
  const ctx = platform.ctx(undefined, { clock: scriptClock(start) });
  const before = await newestPlay(ctx);
  const told = before?.state === 'done' ? before : before && (await playDay(parts, sites, before));
  const done =
    told?.state === 'done' ? told : await playDay(parts, sites, await newPlay(ctx, sites.length));
  if (done.state !== 'done') throw new Error(done.error ?? 'the story stopped');
  return Number(done.facts.moments ?? 0);
}

async function stepsOf(parts: Parts): Promise<FillingStep[]> {
  const { platform, folder } = parts;
  await mkdir(folder, { recursive: true });
  const sample = await sampleOf(parts);
  const datasets = [...new Set(sample.files.map((file) => file.dataset))];
  const contracts = await listDatasets(await platform.operator());
  const titles = Object.fromEntries(contracts.map(({ name, title }) => [name, title]));
  const first = beforeStory.filter((name) => datasets.includes(name));
  const later = datasets.filter((name) => !first.includes(name));
  const story: FillingStep = {
    name: 'story',
    title: { zh: '新塘一只井盖', en: 'One manhole cover in Xintang' },
    run: async () => playFirst(parts, await storySites(folder)),
  };
  const desk: FillingStep = {
    name: 'desk',
    title: { zh: '坐席上班', en: 'A morning at the desk' },
    run: async () => {
      const app = await serve(platform);
      const signed = await workTheDesk(people(injected(app), demoPassword));
      await app.close();
      await platform.drain();
      return signed;
    },
  };
  return [
    ...first.map((name) => deliveryStep(platform, sample, name, titles)),
    story,
    ...later.map((name) => deliveryStep(platform, sample, name, titles)),
    desk,
    ...registerSteps(parts),
    citizenStep(platform),
    sourcesStep(parts),
  ];
}

/** Covers of the story; none before the sample was written. */
const sitesOf = (folder: string): Promise<StorySite[]> =>
  storySites(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** The routes of the demonstration. */
function demoRoutes(parts: Parts, replay: () => Promise<void>): Route[] {
  return [
    feedRoute,
    route({
      method: 'GET',
      path: '//api/system/filling',
      summary: { zh: '样例数据入库到哪一步', en: 'How far the filling of the sample is' },
      access: 'session',
      response: fillingView,
      handler: (ctx) => fillingOf(ctx),
    }),
    route({
      method: 'GET',
      path: '//api/story',
      summary: { zh: '新塘一只井盖', en: 'The story of the demonstration' },
      access: 'session',
      response: storyView,
      handler: async (ctx) => storyReport(ctx, await sitesOf(parts.folder)),
    }),
    route({
      method: 'POST',
      path: '//api/story/replay',
      summary: { zh: '重放', en: 'Play the story afresh' },
      access: 'session',
      response: z.strictObject({ started: z.literal(true) }),
      handler: async (ctx) => {
        if (!ctx.settings.demo) throw authErrors.make('demo_only');
        await replay();
        return { started: true as const };
      },
    }),
  ];
}

/** The demonstration of a platform. `app` gives the serving app, through which a replay acts. */
export function demonstration(
  platform: Platform,
  app: () => FastifyInstance | undefined,
): Demonstration {
  const parts: Parts = { platform, app, folder: join(platform.home, 'sample') };
  let playing: Promise<unknown> | undefined;
  // Two people press at once: a play is begun by several steps, only one may be at them.
  let starting = false;
  const stop = new AbortController();

  const replay = async (): Promise<void> => {
    const serving = app();
    if (playing || starting || !serving) return;
    starting = true;
    try {
      const sites = await sitesOf(parts.folder);
      const play = await newPlay(platform.ctx(), sites.length);
      const site = sites[play.site];
      if (!site) return;
      const theatre = liveTheatre(platform, serving, site, demoPassword, breathMs, stop.signal);
      playing = playOn(theatre, play).finally(() => {
        playing = undefined;
      });
    } finally {
      starting = false;
    }
  };
  return {
    capabilities: [{ name: 'story', routes: demoRoutes(parts, replay) }],
    firstAccount: 'zhou',
    prepare: async () => {
      const packs = packFolders(platform.settings, [], toldTo(platform.log));
      const at = app()?.server.address();
      if (typeof at === 'object' && at !== null) packs.push(await demoPack(platform, at.port));
      await applyPacks(platform.ctx(), { packs, ...declaredBy(capabilities) });
      await platform.drain();
    },
    fill: async (stopped) => {
      const before = await fillingOf(platform.ctx());
      if (before.steps.length > 0 && before.done) {
        await endBrokenPlays(platform.ctx());
        return;
      }
      await fill(platform.ctx(), await stepsOf(parts), stopped);
    },
    close: async () => {
      stop.abort();
      await playing;
    },
  };
}
