/** Events of the former system over the last sixty days, as that system wrote them down. */
import type { Component } from './components.ts';
import { ownerEvidence } from './components.ts';
import { matters, matterWeight, type SampleMatter } from './matters.ts';
import { type Place, spoken, storyDoor } from './places.ts';
import type { Random } from './random.ts';
import { hashOf } from './random.ts';
import { daysBack, type ReportWorld, type Row } from './reports.ts';
import { dateDigits, day, dayOf, hour, localTime, momentBetween, rainyDays } from './rhythm.ts';
import { storyVillage } from './units.ts';

interface Past {
  at: number;
  matter: SampleMatter;
  place: Place;
  component: Component | undefined;
  address: string;
  /** What is told and not drawn by lot. */
  told?: { title: string; owner: string; hours: number; returned: number };
}

const channels = [
  ['12345', 42],
  ['grid', 25],
  ['110', 12],
  ['group', 10],
  ['video', 6],
  ['iot', 5],
] as const;

/** Hours from receipt to the deadline; invented, like the deadlines of the sample's case type. */
const limitHours = { urgent: 4, normal: 48 };

/** Share of the last days' events that got stuck: open beyond their deadline today. Invented. */
const stuck = { days: 7, share: 0.025 };

/**
 * Look-alikes on the story's street: number, days ago, title, handler, hours it took, times sent
 * back.
 */
const lookalikes = [
  { number: 96, days: 34, title: '井盖异响', owner: '330109-pswater', hours: 2.2, returned: 0 },
  { number: 112, days: 48, title: '井盖下沉', owner: '330109-telecom', hours: 3.4, returned: 0 },
  { number: 131, days: 57, title: '井盖缺失', owner: '330109-telecom', hours: 13, returned: 1 },
];

/**
 * How much slower than usual a town is: fixed by its code, so that some towns are behind all the
 * time.
 */
const slowness = (town: string): number => 0.82 + (hashOf(`slow/${town}`) % 1000) / 2200;

/**
 * About `count` events; those components with a wrong owner that events tell of were handled at
 * least once, by the true owner, the others never.
 */
export function historyRows(
  world: ReportWorld,
  components: readonly Component[],
  count: number,
): Row[] {
  const { random, now } = world;
  const evidence = ownerEvidence(components);
  const usable = components.filter((one) => (evidence.get(one.id) ?? 'handled') === 'handled');
  const byClass = Map.groupBy(usable, (one) => one.class);
  const rain = rainyDays(random.fork('rain'), now - daysBack * day, now);
  const planted = usable.filter((one) => one.owner !== one.trueOwner);
  const past = Array.from({ length: count }, (_, at) => {
    const known = planted[at];
    return known === undefined ? anEvent(world, byClass, rain) : about(world, known);
  })
    .concat(lookalikes.flatMap((one) => alike(world, one)))
    .sort((a, b) => a.at - b.at);
  const serials = new Map<string, number>();
  return past.flatMap((one) => {
    const ended = outcome(random, one, now);
    if (ended === undefined) return [];
    const date = dateDigits(one.at);
    const serial = (serials.get(date) ?? 0) + 1;
    serials.set(date, serial);
    const number = `YL${date}-${String(serial).padStart(5, '0')}`;
    return [{ event_id: number, ...describe(world, one), ...ended }];
  });
}

const windowOf = ({ now }: ReportWorld): [number, number] => [
  dayOf(now - daysBack * day),
  now - hour,
];

function anEvent(
  world: ReportWorld,
  byClass: ReadonlyMap<string, Component[]>,
  rain: ReadonlySet<number>,
): Past {
  const { random, places } = world;
  const at = momentBetween(random, ...windowOf(world));
  const isRaining = rain.has(dayOf(at));
  const matter = random.weighted(
    matters.map((one) => [one, matterWeight(one, isRaining)] as const),
  );
  const candidates = matter.component === '' ? [] : (byClass.get(matter.component) ?? []);
  const component = candidates.length === 0 ? undefined : random.pick(candidates);
  const place = component?.place ?? random.pick(places);
  return { at, matter, place, component, address: component?.address ?? spoken(place) };
}

function about(world: ReportWorld, component: Component): Past {
  const matter = matters.find((one) => one.component === component.class);
  if (matter === undefined) throw new Error(`no matter for ${component.class}`);
  const { place, address } = component;
  const at = momentBetween(world.random, windowOf(world)[0], world.now - 3 * day);
  return { at, matter, place, component, address };
}

function alike(world: ReportWorld, like: (typeof lookalikes)[number]): Past[] {
  const [matter] = matters;
  const near = (place: Place): number => Math.abs((place.number ?? 0) - like.number);
  const [place] = world.places
    .filter((one) => one.road === storyDoor.road && one.village === storyVillage)
    .sort((a, b) => near(a) - near(b));
  if (matter === undefined || place === undefined) return [];
  const at = dayOf(world.now - like.days * day) + 9 * hour;
  return [{ at, matter, place, component: undefined, address: spoken(place), told: like }];
}

function describe(world: ReportWorld, one: Past): Row {
  const { random, units } = world;
  const { matter, place, component } = one;
  const owner = one.told?.owner ?? component?.trueOwner ?? place.town;
  return {
    channel: random.weighted(channels),
    matter: matter.code,
    matter_name: matter.name,
    title: `${spoken(place)}${one.told?.title ?? random.pick(matter.titles)}`,
    address: one.address,
    town_code: place.town,
    village_code: place.village,
    grid_code: place.grid,
    lon: (component?.at ?? place.at)[0].toFixed(6),
    lat: (component?.at ?? place.at)[1].toFixed(6),
    comp_id: component?.id ?? '',
    owner_code: owner,
    owner_name: units.get(owner)?.name ?? '',
  };
}

/**
 * How it ended. The former system handed over what it had finished, and what got stuck in it; what
 * was in hand that day came over as live events, so there is no row for it.
 */
function outcome(random: Random, one: Past, now: number): Row | undefined {
  const limit = one.matter.urgent ? limitHours.urgent : limitHours.normal;
  const due = one.at + limit * hour;
  const pace = Math.exp(random.normal(-1.05, 0.62)) * slowness(one.place.town);
  const closed = one.at + (one.told?.hours ?? Math.max(0.1, pace * limit)) * hour;
  const isStuck = now - one.at < stuck.days * day && random.chance(stuck.share);
  const isClosed = closed <= now && !isStuck;
  if (!isClosed && !isStuck) return undefined;
  const rated = isClosed && random.chance(0.3);
  const seconds = Math.round(Math.exp(random.normal(2.55, 0.385)));
  return {
    opened_at: localTime(one.at),
    signed_seconds: String(Math.max(2, seconds)),
    due_at: localTime(due),
    closed_at: isClosed ? localTime(closed) : '',
    on_time: isClosed ? String(closed <= due) : '',
    returned: String(
      one.told?.returned ??
        random.weighted([
          [0, 93],
          [1, 6],
          [2, 1],
        ]),
    ),
    rating: rated
      ? String(
          random.weighted([
            [5, 78],
            [4, 15],
            [3, 4],
            [2, 1],
            [1, 2],
          ]),
        )
      : '',
  };
}
