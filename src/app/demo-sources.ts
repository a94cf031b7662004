/**
 * Sources of the demonstration that work without any network: an hourly feed of the weather that
 * this very server gives out, and a folder a department puts its files into.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pullSource } from '#ingest';
import type { Ctx } from '#kernel/context';
import { type Route, route } from '#kernel/http';
import { unitsUnder } from '#organisation';
import type { Platform } from './platform.ts';

const feedPath = '/demo-feed/weather.csv';
const feed = 'weather_feed';
const watched = 'penalties_folder';
/** The department's folder below the watched root, as the district's source has it. */
const watchedPath = '区综合执法局/行政处罚';

/** 0 to 1, the same for the same words. */
function drawn(words: string): number {
  return createHash('sha256').update(words).digest().readUInt32BE(0) / 2 ** 32;
}

/** The hour as the district's clocks have it, `2026-11-19 08:00:00`. */
function localHour(at: Date, timeZone: string): { text: string; hour: number } {
  const text = at.toLocaleString('sv-SE', { timeZone });
  return { text: `${text.slice(0, 13)}:00:00`, hour: Number(text.slice(11, 13)) };
}

const header = 'station_no,station_name,hour_at,temperature,humidity,rain,wind,town_code';

/** One made-up observation of every town's station, this hour. */
async function weatherNow(ctx: Ctx): Promise<{ hour: string; csv: string }> {
  const { text, hour } = localHour(ctx.clock.now(), ctx.settings.time_zone);
  const units = await unitsUnder(ctx, ctx.settings.county_code);
  const rows = units
    .filter(({ level }) => level === 'town')
    .map(({ code, name }) => {
      const draw = (what: string): number => drawn(`${what}/${code}/${text}`);
      const temperature = 14 + 4.2 * Math.sin(((hour - 9) * Math.PI) / 12) + draw('t') * 2 - 1;
      const rain = drawn(`rain/${text}`) < 0.15 ? draw('r') * 4 : 0;
      return [
        ...[`K1${code.slice(6)}`, `${name.replace(/(街道|镇)$/, '')}站`, text],
        ...[temperature.toFixed(1), String(Math.round(62 + draw('h') * 30)), rain.toFixed(1)],
        ...[(0.5 + draw('w') * 8).toFixed(1), code],
      ].join(',');
    });
  return { hour: text, csv: `${[header, ...rows].join('\n')}\n` };
}

/** The feed: nothing personal, so that whoever reaches this machine may read it. */
export const feedRoute: Route = route({
  method: 'GET',
  path: `/${feedPath}`,
  summary: { zh: '示例：逐时气象', en: 'Sample: weather by the hour' },
  access: 'public',
  stream: true,
  handler: async (ctx, { request }, reply) => {
    const { hour, csv } = await weatherNow(ctx);
    const etag = `"${hour.replaceAll(/\D/g, '')}"`;
    void reply.header('etag', etag).header('content-type', 'text/csv; charset=utf-8');
    const isKnown = request.headers['if-none-match'] === etag;
    await (isKnown ? reply.status(304).send() : reply.send(csv));
  },
});

const pack = `title: {zh: 演示数据来源, en: Sources of the demonstration}
description: {zh: 演示环境自带的数据来源，不联网也能取数。, en: Sources that work without a network.}
owner: 330109-qxj
platform: ">=0.1"
needs: [district]
`;

const source = (
  port: number,
): string => `title: {zh: 逐时气象（接口）, en: Weather by the hour (feed)}
dataset: weather_observations
road: http
schedule: {every_minutes: 60}
options: {url: "http://127.0.0.1:${port}${feedPath}"}
`;

/** Writes the pack that declares the feed where this server answers; gives its folder. */
export async function demoPack(platform: Platform, port: number): Promise<string> {
  const folder = join(platform.home, 'demo-packs', 'demo');
  await mkdir(join(folder, 'sources'), { recursive: true });
  await writeFile(join(folder, 'pack.yaml'), pack);
  await writeFile(join(folder, 'sources', `${feed}.yaml`), source(port));
  return folder;
}

/** Rows of the end of a delivered file, as a department hands them in once more. */
async function putFile(platform: Platform, from: string): Promise<void> {
  const { settings, home } = platform;
  const root = settings.watch_folder === '' ? join(home, 'inbox') : resolve(settings.watch_folder);
  const folder = join(root, watchedPath);
  await mkdir(folder, { recursive: true });
  const lines = (await readFile(from, 'latin1')).split(/(?<=\n)/);
  const some = [lines[0] ?? '', ...lines.slice(1).slice(-200)].join('');
  const path = join(folder, '行政处罚-补报.csv');
  await writeFile(path, some, 'latin1');
  // Nobody writes to it any more: it need not come to rest first.
  const since = new Date(Date.now() - 60_000);
  await utimes(path, since, since);
}

/**
 * Lets both sources run once, so that their pages have something to tell.
 * @param penalties the department's file, as it was delivered; none when it is not there
 * @returns runs that were made
 */
export async function runSources(platform: Platform, penalties: string | null): Promise<number> {
  const ctx = await platform.operator();
  if (penalties !== null) await putFile(platform, penalties);
  const made = [...(await pullSource(ctx, feed)), ...(await pullSource(ctx, watched))];
  await platform.drain();
  return made.length;
}
