/** What three channels deliver: 12345 orders, 110 hand-overs, entries of village chat groups. */
import { mobileNumber, personName } from './identity.ts';
import { matters, matterWeight, type SampleMatter } from './matters.ts';
import { type Place, spoken } from './places.ts';
import type { Random } from './random.ts';
import { dateDigits, day, dayOf, hour, localTime, momentBetween, rainyDays } from './rhythm.ts';
import { type SampleUnit, storyTown } from './units.ts';

export type Row = Record<string, string>;

export interface ReportWorld {
  random: Random;
  places: readonly Place[];
  units: ReadonlyMap<string, SampleUnit>;
  /** Now, in milliseconds since 1970. */
  now: number;
}

/** Days the deliveries reach back. */
export const daysBack = 60;

/** The last days hold only `fresh` reports: those become live events at the duty desk. */
const freshDays = 2;

interface Said {
  at: number;
  matter: SampleMatter;
  place: Place;
  where: string;
  fresh: boolean;
  /** One of the calls about the burst main. */
  burst?: boolean;
}

const suffixes = [
  ['', 5],
  ['对面', 2],
  ['门口', 2],
  ['旁边', 1],
] as const;

/**
 * `count` things said over the last weeks in the order of time, and `fresh` of the last two days.
 */
function things(world: ReportWorld, count: number, fresh: number): Said[] {
  const { random, places, now } = world;
  const from = now - daysBack * day;
  const recent = now - freshDays * day;
  const rain = rainyDays(random.fork('rain'), from, now);
  const one = (begin: number, end: number, isFresh: boolean): Said => {
    const at = momentBetween(random, begin, end);
    const wet = rain.has(dayOf(at));
    const matter = random.weighted(matters.map((m) => [m, matterWeight(m, wet)] as const));
    const place = random.pick(places);
    const town = random.chance(0.6) ? (world.units.get(place.town)?.name ?? '') : '';
    const where = `${town}${spoken(place)}${random.weighted(suffixes)}`;
    return { at, matter, place, where, fresh: isFresh };
  };
  const old = Array.from({ length: count }, () => one(from, recent, false));
  const live = Array.from({ length: fresh }, () => one(now - 3 * hour, now - hour / 6, true));
  return [...old, ...live].sort((a, b) => a.at - b.at);
}

/** Counts things of one day: 0001, 0002, ... */
function numbering(digits: number): (date: string) => string {
  const counts = new Map<string, number>();
  return (date) => {
    const next = (counts.get(date) ?? 0) + 1;
    counts.set(date, next);
    return String(next).padStart(digits, '0');
  };
}

/** A main burst on a morning some days ago: so many calls, so long apart. */
const burstMain = { calls: 40, days: 11, fromHour: 6, hours: 5 };

/**
 * Forty calls about one burst main: neighbours of one road in a town that is not the story's, all
 * answered days ago.
 */
function burstCalls({ random, places, now }: ReportWorld): Said[] {
  const from = dayOf(now - burstMain.days * day) + burstMain.fromHour * hour;
  const own = places.filter(({ town, road }) => town !== storyTown && road !== '');
  const [road = []] = [...Map.groupBy(own, ({ village, road: name }) => `${village} ${name}`)]
    .map(([, some]) => some)
    .toSorted((a, b) => b.length - a.length);
  const matter = matters.find(({ code }) => code === '08-01-001');
  if (matter === undefined) throw new Error('no matter for a burst main');
  return Array.from({ length: burstMain.calls }, () => {
    const place = random.pick(road);
    const at = from + Math.floor(random.next() ** 1.8 * burstMain.hours * hour);
    return { at, matter, place, where: spoken(place), fresh: false, burst: true };
  });
}

/** Orders of the 12345 hotline; `burst` are the numbers of the calls about the burst main. */
export function workOrders(
  world: ReportWorld,
  count: number,
  fresh: number,
): { rows: Row[]; burst: string[] } {
  const { random } = world;
  const number = numbering(4);
  const burstWorld = { ...world, random: random.fork('burst') };
  const said = [...things(world, count, fresh), ...burstCalls(burstWorld)];
  said.sort((a, b) => a.at - b.at);
  const burst: string[] = [];
  const rows = said.map(({ at, matter, place, where, fresh: isFresh, burst: isBurst }) => {
    const date = dateDigits(at).slice(2);
    const order = `HZ${date}${number(date)}`;
    if (isBurst) burst.push(order);
    return {
      order_no: order,
      received_at: localTime(at),
      way: random.weighted([
        ['电话', 70],
        ['微信', 12],
        ['APP', 10],
        ['网站', 6],
        ['短信', 2],
      ]),
      caller_name: random.chance(0.93) ? personName(random) : '',
      caller_phone: mobileNumber(random),
      kind: matter.code.startsWith('09') ? '咨询' : random.pick(['投诉', '求助', '投诉', '举报']),
      class: matter.classes.hotline,
      title: `${spoken(place)}${random.pick(matter.titles)}`,
      content: `市民反映：${where}${random.pick(matter.words)}，请尽快处理。`,
      address: where,
      town_code: place.town,
      urgency: matter.urgent ? '紧急' : '一般',
      limit_at: localTime(at + (matter.urgent ? day : 5 * day)),
      state: isFresh ? '待签收' : stateOf(random, world.now - at),
    };
  });
  return { rows, burst };
}

const stateOf = (random: Random, age: number): string =>
  random.chance(age > 7 * day ? 0.985 : 0.8) ? '已办结' : '办理中';

/** Calls to 110 that are no police matter. */
export function handovers(world: ReportWorld, count: number, fresh: number): Row[] {
  const { random, units } = world;
  const number = numbering(4);
  return things(world, count, fresh).map(({ at, matter, place, where, fresh: isFresh }) => {
    const date = dateDigits(at);
    const serial = number(date);
    const town = units.get(place.town)?.name.replace(/(街道|镇)$/, '') ?? '';
    return {
      handover_no: `XS${date}-${serial}`,
      incident_no: `330109${date}00${serial}`,
      alarm_at: localTime(at - random.whole(60, 400) * 1000),
      handed_at: localTime(at),
      caller_name: personName(random),
      caller_phone: mobileNumber(random),
      class: matter.classes.police,
      content: `${random.pick(matter.words)}，${matter.urgent ? '无人受伤' : '非警务事项'}，移交处置。`,
      address: where,
      town_code: place.town,
      station: `${town}派出所`,
      state: isFresh ? '待接收' : '已反馈',
    };
  });
}

/** Entries of chat groups, written down by liaison cadres. */
export function ledgerEntries(world: ReportWorld, count: number, fresh: number): Row[] {
  const { random, units } = world;
  const number = numbering(4);
  return things(world, count, fresh).map(({ at, matter, place, where, fresh: isFresh }) => {
    const date = dateDigits(at);
    const village = units.get(place.village)?.name ?? '';
    const group = random.pick(['一', '二', '三']);
    return {
      ledger_no: `QT${date}-${number(date)}`,
      group_name: `${village}${village.endsWith('村') ? '村民' : '居民'}群（${group}）`,
      said_at: localTime(at),
      speaker_name: personName(random),
      content: `${random.pick(matter.words)}${random.pick(['', '，有人管吗？', '，拍照发群里了', '\n在群里说过一次了'])}`,
      address: where,
      village_code: place.village,
      recorder: personName(random.fork(place.village)),
      recorded_at: localTime(at + random.whole(30, 900) * 1000),
      photos: String(
        random.weighted([
          [0, 5],
          [1, 4],
          [2, 2],
          [3, 1],
        ]),
      ),
      state: isFresh ? '未回复' : '已回复',
    };
  });
}

/** Duty contacts by day and night of every department and company, by day of every town. */
export function dutyContacts(random: Random, units: readonly SampleUnit[], now: number): Row[] {
  const effective = localTime(dayOf(now - 20 * day)).slice(0, 10);
  return units.flatMap((unit) =>
    (unit.level === 'town' ? ['白班'] : ['白班', '夜班']).map((shift) => ({
      dept_code: unit.code,
      dept_name: unit.name,
      shift,
      contact_name: personName(random),
      mobile: mobileNumber(random),
      phone: `0571-82${String(random.whole(0, 9999)).padStart(4, '0')}00`,
      effective_on: effective,
    })),
  );
}
