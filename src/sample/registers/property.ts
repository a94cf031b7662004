/** Registers of what people own: homes, vehicles; and of whom they married. */
import { oldCitizenId } from '../identity.ts';
import { drawerOf } from '../random.ts';
import { addressIn, nameIn, placeRow } from './civil.ts';
import { dateText, dayNumber, yearDays } from './days.ts';
import type { Home, Person } from './people.ts';
import type { Sink, Village } from './village.ts';

export function propertyRows(village: Village, sink: Sink): void {
  for (const home of village.homes) {
    if (home.origin === undefined) dwelling(village, sink, home);
    married(village, sink, home);
  }
  for (const person of village.people) vehicle(village, sink, person);
}

/** Share of homes on the register; village houses often are not. Invented. */
const registeredHomes = 0.72;

/** Since this day certificates name the 18-digit number, which the law of 1999 brought. */
const newNumbers = dayNumber('2004-01-01');

/** Registers kept old numbers for some years still. Invented. */
const oldNumberShare = 0.6;

function dwelling(village: Village, sink: Sink, home: Home): void {
  const { random } = village;
  const [head] = home.living;
  if (head === undefined || head.age < 25 || !random.chance(registeredHomes)) return;
  const since = Math.max(home.openedOn, head.bornOn + Math.ceil(22 * yearDays));
  const day = dateText(since);
  const key = `ZX${day.slice(0, 4)}${String(sink.next('properties')).padStart(6, '0')}`;
  const at = { register: 'properties', key };
  const isOld = since < newNumbers && random.chance(oldNumberShare);
  if (isOld) sink.disagree({ ...at, kind: 'old_id', subject: head.id, truth: head.id });
  sink.put('properties', {
    ...placeRow(home),
    certificate_no: key,
    address: addressIn(village, sink, { ...at, subject: head.id }, home.address),
    holder: nameIn(village, sink, at, head),
    cert_type: isOld ? '旧身份证' : '身份证',
    cert_no: isOld ? oldCitizenId(head.id) : head.id,
    sharing: home.living.length > 1 && random.chance(0.6) ? '共同共有' : '单独所有',
    area: Math.min(1200, Math.max(32, random.normal(home.place.compound ? 106 : 240, 38))).toFixed(
      2,
    ),
    usage: '住宅',
    mortgaged: random.chance(head.age < 50 ? 0.4 : 0.06) ? '是' : '否',
    registered_on: day,
  });
}

/** Registers of ten years. */
const marriageYears = 10;

function married(village: Village, sink: Sink, home: Home): void {
  const { random, today } = village;
  const on = home.marriedOn ?? 0;
  // Couples from elsewhere marry at home.
  if (home.origin !== undefined || today - on > marriageYears * yearDays) return;
  const [one, other] = home.living;
  const husband = one?.male ? one : other;
  const wife = one?.male ? other : one;
  if (husband === undefined || wife === undefined) return;
  const year = dateText(on).slice(0, 4);
  sink.put('marriages', {
    register_no: `J330109-${year}-${String(sink.next('marriages')).padStart(6, '0')}`,
    kind: random.chance(0.95) ? '结婚' : '复婚',
    husband_name: husband.name,
    husband_id: husband.id,
    wife_name: wife.name,
    wife_id: wife.id,
    registered_on: dateText(on),
    office: '萧山区婚姻登记处',
    town_code: village.town.code,
  });
}

/** Cars for each person of driving age; the province had about 0.33 for each inhabitant in 2023. */
const vehiclesPerAdult = 0.41;

const fuel = drawerOf([
  ['汽油', 74],
  ['纯电动', 15],
  ['混合动力', 7],
  ['柴油', 4],
]);

function vehicle(village: Village, sink: Sink, person: Person): void {
  const { random, today } = village;
  if (person.age < 20 || person.age > 75 || !random.chance(vehiclesPerAdult)) return;
  const runs = fuel(random);
  const electric = runs === '纯电动' || runs === '混合动力';
  const since = today - Math.floor(random.next() ** 1.4 * 5200);
  const overdue = random.chance(0.02);
  // No plate has an O behind the letter of the city: these are on no car.
  const number = sink.next('vehicles').toString(36).toUpperCase().padStart(4, '0');
  sink.put('vehicles', {
    plate: `浙AO${electric ? `0${number}` : number}`,
    plate_kind: electric ? '小型新能源' : random.chance(0.97) ? '小型汽车' : '大型汽车',
    brand: random.pick(['示例甲牌', '示例乙牌', '示例丙牌', '示例丁牌']),
    fuel: runs,
    owner_name: person.name,
    owner_id: person.id,
    registered_on: dateText(since),
    inspected_until: dateText(
      overdue ? today - random.whole(5, 200) : today + random.whole(10, 700),
    ),
    state: overdue ? '逾期未检验' : '正常',
    village_code: village.unit.code,
  });
}
