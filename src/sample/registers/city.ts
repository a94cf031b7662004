/** Registers of what stands in the district and of what is measured there. */
import { drawerOf, hashOf, type Random } from '../random.ts';
import type { Row } from '../reports.ts';
import { dateText } from './days.ts';
import { workerOf } from './staff.ts';
import { facilityRow, keeperOf, type Sink, servicePhone, type Village } from './village.ts';

/** Things for each village, on average: so that the district has what one of its size has. */
const each = { cameras: 2, hydrants: 1.5, shelters: 0.6, venues: 1.2, sites: 0.3 };

/** A number of things whose mean is `mean`. */
const some = (random: Random, mean: number): number =>
  Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0);

export function cityRows(village: Village, sink: Sink): void {
  const { random } = village;
  const times = (mean: number, write: (village: Village, sink: Sink) => void): void => {
    for (let left = some(random, mean); left > 0; left -= 1) write(village, sink);
  };
  times(each.cameras, camera);
  times(each.hydrants, hydrant);
  times(each.shelters, shelter);
  times(each.venues, venue);
  times(each.sites, site);
  gridWorkers(village, sink);
  if (!village.firstOfTown) return;
  weather(village, sink);
  traffic(village, sink);
}

const daysAgo = ({ random, today }: Village, most: number): string =>
  dateText(today - random.whole(1, most));

const serial = (sink: Sink, what: string, digits: number): string =>
  String(sink.next(what)).padStart(digits, '0');

const cameraState = drawerOf([
  ['在线', 95],
  ['离线', 3],
  ['维修', 2],
]);

function camera(village: Village, sink: Sink): void {
  const { random, town } = village;
  const row = facilityRow(village);
  const kind = random.pick(['枪机', '枪机', '球机', '卡口', '高空']);
  sink.put('cameras', {
    ...row,
    camera_no: `330109${town.code.slice(6)}0131${serial(sink, 'cameras', 7)}`,
    camera_name: `${row.address?.replace(/^萧山区/, '')}${kind}`,
    kind,
    built_by: random.pick(['公安分局', '区综合执法局', town.name]),
    state: cameraState(random),
    installed_on: daysAgo(village, 2400),
  });
}

const hydrantState = drawerOf([
  ['完好', 94],
  ['故障', 4],
  ['被圈占', 2],
]);

function hydrant(village: Village, sink: Sink): void {
  const { random, town } = village;
  const row = facilityRow(village);
  sink.put('hydrants', {
    ...row,
    hydrant_no: `XHS${town.code.slice(6)}${serial(sink, 'hydrants', 4)}`,
    place: row.address ?? '',
    kind: random.chance(0.86) ? '地上式' : '地下式',
    pressure: Math.max(0.08, random.normal(0.26, 0.06)).toFixed(2),
    state: hydrantState(random),
    inspected_on: daysAgo(village, 90),
  });
}

function shelter(village: Village, sink: Sink): void {
  const { random, unit } = village;
  const keeper = keeperOf(random);
  const area = random.whole(90, 900);
  sink.put('emergency_shelters', {
    ...facilityRow(village),
    shelter_no: `BZ${serial(sink, 'shelters', 6)}`,
    shelter: `${unit.name}${random.pick(['文化礼堂', '居民活动中心', '小学体育馆'])}避灾点`,
    level: random.chance(0.9) ? '村级' : '镇级',
    area: area.toFixed(2),
    // Three square metres for each person.
    capacity: String(Math.floor(area / 3)),
    supplies: random.chance(0.9) ? '是' : '否',
    keeper: keeper.name,
    keeper_tel: keeper.mobile,
    checked_on: daysAgo(village, 180),
  });
}

const venueKind = drawerOf([
  ['文化礼堂', 42],
  ['健身场地', 32],
  ['图书分馆', 14],
  ['公园', 12],
]);

function venue(village: Village, sink: Sink): void {
  const { random, unit } = village;
  const kind = venueKind(random);
  const area = kind === '公园' ? random.whole(4000, 90_000) : random.whole(160, 1600);
  sink.put('venues', {
    ...facilityRow(village),
    venue_no: `CG${serial(sink, 'venues', 6)}`,
    venue: `${unit.name}${kind}`,
    kind,
    hours: kind === '公园' || kind === '健身场地' ? '全天' : '08:30-20:30',
    area: area.toFixed(2),
    capacity: String(Math.max(20, Math.round(area / 4))),
    free: '是',
    phone: servicePhone(random),
  });
}

function site(village: Village, sink: Sink): void {
  const { random, today, unit } = village;
  const builders = village.employers.filter(({ industry, capital }) => {
    return industry === 'E' && capital >= 100;
  });
  const [contractor] = builders.length > 0 ? [random.pick(builders)] : [];
  if (contractor === undefined) return;
  const started = today - random.whole(40, 700);
  const manager = keeperOf(random);
  const kind = random.pick(['房建', '房建', '市政', '装修']);
  const day = dateText(started).replaceAll('-', '');
  sink.put('building_sites', {
    ...facilityRow(village),
    permit_no: `330109${day}${serial(sink, 'sites', 4)}`,
    project: `${unit.name}${kind === '市政' ? '道路提升' : kind === '装修' ? '配套用房装修' : '安置房'}工程`,
    kind,
    builder: `${village.town.name}城建办`,
    contractor: contractor.name,
    contractor_uscc: contractor.uscc,
    manager: manager.name,
    manager_tel: manager.mobile,
    area: random.whole(800, 90_000).toFixed(2),
    workers: String(random.whole(6, 260)),
    stage: random.pick(['基础', '主体', '装饰', '收尾']),
    started_on: dateText(started),
    due_on: dateText(today + random.whole(30, 600)),
  });
}

const numerals = [...'一二三四'];

/** One full-time worker for each grid. */
function gridWorkers(village: Village, sink: Sink): void {
  const { random, unit, town } = village;
  const grids = [...new Set(village.places.map(({ grid }) => grid))].toSorted();
  for (const grid of grids) {
    const worker = workerOf(village);
    if (worker === undefined) continue;
    sink.put('grid_workers', {
      worker_no: `WG${town.code.slice(6)}${serial(sink, 'grid_workers', 6)}`,
      name: worker.name,
      person_id: worker.id,
      sex: worker.male ? '男' : '女',
      post: grid.endsWith('001') ? '网格长' : '专职网格员',
      grid_name: `${unit.name}第${numerals[Number(grid.slice(-3)) - 1]}网格`,
      mobile: worker.phone || keeperOf(random).mobile,
      since: daysAgo(village, 1500),
      village_code: unit.code,
      grid_code: grid,
    });
  }
}

/** Hours of the last days, local, oldest first. */
function hours(today: number, days: number): { text: string; hour: number; day: number }[] {
  return Array.from({ length: days * 24 }, (_, at) => {
    const day = today - days + Math.floor(at / 24);
    const hour = at % 24;
    return { text: `${dateText(day)} ${String(hour).padStart(2, '0')}:00:00`, hour, day };
  });
}

/** Three days of one station in each town; rain is the same spell everywhere. */
function weather(village: Village, sink: Sink): void {
  const { random, today, town } = village;
  const mean = 14 + random.normal(0, 0.5);
  for (const { text, hour, day } of hours(today, 3)) {
    const wet = hashOf(`rain/${day}/${Math.floor(hour / 6)}`) % 7 === 0;
    const rain = wet ? Math.max(0, random.normal(1.8, 1.6)) : 0;
    const temperature = mean + 4.2 * Math.sin(((hour - 9) * Math.PI) / 12) + random.normal(0, 0.4);
    sink.put('weather_observations', {
      station_no: `K1${town.code.slice(6)}`,
      station_name: `${town.name.replace(/(街道|镇)$/, '')}站`,
      hour_at: text,
      temperature: temperature.toFixed(1),
      humidity: String(Math.min(99, Math.round((wet ? 90 : 72) + random.normal(0, 6)))),
      rain: rain.toFixed(1),
      wind: Math.max(0.2, random.normal(4.4, 1.6)).toFixed(1),
      town_code: town.code,
    });
  }
}

/** Vehicles by hour of a working day, in thousandths: two peaks. Invented. */
const byHour = [
  8, 5, 4, 4, 6, 15, 36, 74, 78, 60, 52, 50, 48, 47, 50, 55, 66, 84, 76, 58, 46, 36, 26, 16,
];

function traffic(village: Village, sink: Sink): void {
  const { random, today, town } = village;
  const stem = town.name.replace(/(街道|镇)$/, '');
  for (const road of random.pick([
    ['人民路', '通惠路'],
    ['市心路', '金城路'],
    ['建设路', '育才路'],
  ])) {
    const number = `LK${serial(sink, 'traffic', 4)}`;
    const whole = random.whole(9000, 38_000);
    for (const { text, hour } of hours(today, 2)) {
      sink.put(
        'traffic_flow',
        countRow(random, whole * ((byHour[hour] ?? 0) / 1000), {
          site_no: number,
          site_name: `${road}${stem}断面`,
          hour_at: text,
          town_code: town.code,
        }),
      );
    }
  }
}

function countRow(random: Random, expected: number, about: Row): Row {
  const vehicles = Math.max(0, Math.round(random.normal(expected, expected * 0.08)));
  return {
    ...about,
    vehicles: String(vehicles),
    trucks: String(Math.floor(vehicles * (0.06 + random.next() * 0.06))),
    speed: Math.max(8, random.normal(46 - expected / 120, 3)).toFixed(1),
  };
}
