/** Registers of people: residents, households, people from elsewhere, deaths. */
import { drawerOf } from '../random.ts';
import type { Row } from '../reports.ts';
import { dateText } from './days.ts';
import { misspelt, mistakenAddress } from './names.ts';
import type { Home, Person } from './people.ts';
import { numberOf, type Sink, type Village } from './village.ts';

/** Where a home is, as most registers write it down. */
export const placeRow = (home: Home): Row => ({
  addr_code: home.place.code,
  address: home.address,
  town_code: home.place.town,
  village_code: home.place.village,
  grid_code: home.place.grid,
});

/** Who somebody is. */
export const personRow = (person: Person): Row => ({
  person_id: person.id,
  name: person.name,
  sex: person.male ? '男' : '女',
  born_on: dateText(person.bornOn),
  mobile: person.phone,
});

/** Share of names a register has with a wrong sign, of those that can be mistaken. */
const misspeltShare = 0.03;

/** The name as a register has it; noted when it is not the person's. */
export function nameIn(
  { random }: Village,
  sink: Sink,
  at: { register: string; key: string },
  person: Person,
): string {
  const wrong = random.chance(misspeltShare) ? misspelt(person.name) : undefined;
  if (wrong === undefined) return person.name;
  sink.disagree({ ...at, kind: 'misspelt', subject: person.id, truth: person.name });
  return wrong;
}

/** Share of addresses a register has with a wrong sign or door. Invented. */
const mistakenShare = 0.008;

/**
 * Where something is as a register has it, under the right code; noted when the text is another.
 * Drawn for each key by itself, so that it moves nothing else.
 */
export function addressIn(
  { random }: Pick<Village, 'random'>,
  sink: Sink,
  at: { register: string; key: string; subject: string },
  address: string,
): string {
  const { register, key } = at;
  if (!random.fork(`address/${register}/${key}`).chance(mistakenShare)) return address;
  sink.disagree({ ...at, kind: 'misspelt_address', truth: address });
  return mistakenAddress(address);
}

export function civilRows(village: Village, sink: Sink): void {
  for (const home of village.homes) {
    if (home.origin === undefined) registered(village, sink, home);
    else fromElsewhere(village, sink, home);
  }
  for (const person of village.dead) death(village, sink, person);
}

function registered({ random }: Village, sink: Sink, home: Home): void {
  for (const person of [...home.living, ...home.dead]) {
    const { died } = person;
    const told = died?.reported === true;
    sink.put('residents', {
      ...personRow(person),
      ...placeRow(home),
      ethnicity: person.ethnicity,
      household_no: home.no,
      relation: person.relation,
      marital: person.marital,
      education: person.education,
      status: told ? '死亡注销' : '正常',
      changed_on: told ? dateText(died.on + 12) : '',
    });
    if (died?.reported === false) {
      const truth = dateText(died.on);
      const at = { register: 'residents', key: person.id, subject: person.id };
      sink.disagree({ ...at, kind: 'dead_unreported', truth });
    }
  }
  const [head] = home.living;
  if (head === undefined) return;
  sink.put('households', {
    ...placeRow(home),
    household_no: home.no,
    kind: random.chance(0.985) ? '家庭户' : '集体户',
    head_id: head.id,
    head_name: head.name,
    members: String(home.living.length),
    opened_on: dateText(home.openedOn),
  });
}

const outsideHousing = drawerOf([
  ['出租房', 68],
  ['单位宿舍', 20],
  ['自购房', 9],
  ['工地工棚', 3],
]);

function fromElsewhere(village: Village, sink: Sink, home: Home): void {
  const { random, today } = village;
  const housing = outsideHousing(random);
  const since = today - random.whole(1, 1400);
  for (const person of home.living) {
    const working = person.work === 'employed' || person.work === 'self';
    const employer =
      working && village.employers.length > 0 ? random.pick(village.employers) : null;
    const pupil = person.work === 'pupil' || person.work === 'infant';
    const permitted = !pupil && random.chance(0.7);
    const key = `LD${numberOf(village, sink, 'residence_permits')}`;
    const at = { register: 'residence_permits', key, subject: person.id };
    const row: Row = {
      ...personRow(person),
      ...placeRow(home),
      name: nameIn(village, sink, at, person),
      address: addressIn(village, sink, at, home.address),
      register_no: key,
      origin: home.origin?.name ?? '',
      reason: working ? (person.work === 'self' ? '经商' : '务工') : pupil ? '随迁' : '其他',
      employer: employer?.name ?? '',
      housing,
      registered_on: dateText(since),
      permit_until: permitted ? permitUntil(village, sink, at, since) : '',
    };
    const twice = random.fork(`again/${key}`).chance(twiceShare);
    sink.put('residence_permits', row, twice);
    if (twice) again(village, sink, { ...row, name: person.name, address: home.address });
  }
}

/** Shares of permits that ran out unnoticed, and of people registered a second time. Invented. */
const expiredShare = 0.02;
const twiceShare = 0.006;

/** A permit is renewed every year; of some nobody noticed that they were not. */
function permitUntil(
  { random, today }: Village,
  sink: Sink,
  at: { register: string; key: string; subject: string },
  since: number,
): string {
  const next = since + 365 * Math.ceil((today - since + 1) / 365);
  const ranOut = random.fork(`permit/${at.key}`).chance(expiredShare) && next - 365 > since;
  if (!ranOut || next - 365 >= today) return dateText(next);
  sink.disagree({ ...at, kind: 'expired', truth: dateText(next - 365) });
  return dateText(next - 365);
}

/** The same person registered once more at the next window, under another number. */
function again(village: Village, sink: Sink, row: Row): void {
  const key = `LD${numberOf(village, sink, 'residence_permits')}`;
  sink.put('residence_permits', { ...row, register_no: key, permit_until: '' }, true);
  const subject = row.person_id ?? '';
  const truth = row.register_no ?? '';
  sink.disagree({ register: 'residence_permits', key, kind: 'duplicate', subject, truth });
}

const placeOfDeath = drawerOf([
  ['家中', 58],
  ['医院', 34],
  ['养老机构', 5],
  ['其他', 3],
]);

/** Shares of causes as in the country's health statistics, rounded. */
const causeOfDeath = drawerOf([
  ['循环系统疾病', 46],
  ['肿瘤', 24],
  ['呼吸系统疾病', 9],
  ['伤害', 6],
  ['其他', 15],
]);

function death(village: Village, sink: Sink, person: Person): void {
  const { random } = village;
  const on = person.died?.on ?? 0;
  const year = dateText(on).slice(0, 4);
  sink.put('deaths', {
    ...personRow(person),
    ...placeRow(person.home),
    certificate_no: `SW${year}${String(sink.next('deaths')).padStart(6, '0')}`,
    died_on: dateText(on),
    place: placeOfDeath(random),
    cause: causeOfDeath(random),
    hospital: `${village.town.name}社区卫生服务中心`,
    issued_on: dateText(on + random.whole(0, 3)),
  });
}
