/**
 * Registers of help: minimum living allowance and old-age allowance, with what is wrong in them.
 */
import { drawerOf, type Random } from '../random.ts';
import type { Row } from '../reports.ts';
import { nameIn, personRow, placeRow } from './civil.ts';
import { dateText, yearDays } from './days.ts';
import type { Home, Person } from './people.ts';
import { numberOf, type Sink, type Village } from './village.ts';

/** Homes with the allowance: about one in ninety of those registered. Invented. */
const aidedHomes = 0.011;

/** Days after a death in which a payment may still be right. */
const stillPaid = 75;

/** Shares of what is wrong, of those it can happen to. Invented, large enough to be found. */
const wrong = { deadAided: 0.5, deadElder: 0.04, twice: 0.006 };

const aidReason = drawerOf([
  ['疾病', 38],
  ['残疾', 27],
  ['年老', 14],
  ['缺劳力', 12],
  ['就学', 4],
  ['其他', 5],
]);

const aidKind = drawerOf([
  ['低保', 78],
  ['低保边缘', 16],
  ['特困', 6],
]);

export function aidRows(village: Village, sink: Sink): void {
  const { random } = village;
  entitled(village, sink);
  for (const home of village.homes) {
    if (home.origin === undefined && random.chance(aidedHomes)) aided(village, sink, home);
  }
  for (const person of village.people) {
    if (person.age >= 80 && person.home.origin === undefined) elder(village, sink, person);
  }
  for (const person of village.dead) {
    if (person.age >= 80) deadElder(village, sink, person);
  }
}

const bankTail = (random: Random): string => String(random.whole(0, 9999)).padStart(4, '0');

/** End of the month of the latest payment. */
const lastPaid = (today: number): string => {
  const date = new Date(today * 86_400_000);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 0))
    .toISOString()
    .slice(0, 10);
};

function aided(village: Village, sink: Sink, home: Home): void {
  const { random, today } = village;
  const reason = aidReason(random);
  const category = aidKind(random);
  const since = today - random.whole(120, 4200);
  const owner = plantedOwner(village, home);
  const drawing = [...home.living.slice(0, 2), ...plantedDead(village, home)];
  for (const person of drawing) {
    const key = `DB${numberOf(village, sink, 'low_income_aid')}`;
    const at = { register: 'low_income_aid', key };
    const isPlanted = person.died !== undefined || owner?.person === person;
    const row: Row = {
      ...personRow(person),
      ...placeRow(home),
      aid_no: key,
      name: isPlanted ? person.name : nameIn(village, sink, at, person),
      category,
      reason,
      members: String(home.living.length),
      monthly: (random.whole(520, 1290) + random.pick([0, 0.5])).toFixed(2),
      since: `${dateText(since).slice(0, 8)}01`,
      paid_until: lastPaid(today),
      bank_tail: bankTail(random),
    };
    sink.put('low_income_aid', row, isPlanted);
    const { id } = person;
    if (person.died) {
      const diedOn = dateText(person.died.on);
      sink.plant({ story: 'dead_drawing_aid', ...at, person_id: id, died_on: diedOn });
    }
    if (owner?.person === person) {
      sink.plant({ story: 'beneficiary_owns_firm', ...at, person_id: id, uscc: owner.uscc });
    }
  }
}

/** Somebody of an aided home who is the legal representative of a company in business. */
function plantedOwner(
  { firms }: Village,
  home: Home,
): { person: Person; uscc: string } | undefined {
  const people = home.living.slice(0, 2);
  for (const { owner, type, status, uscc } of firms) {
    if (type !== '有限责任公司' || status !== '存续') continue;
    if (people.includes(owner)) return { person: owner, uscc };
  }
  return undefined;
}

/** The dead of an aided home who still draw, more than two payments after. */
const plantedDead = ({ random, today }: Village, home: Home): Person[] =>
  home.dead.filter(({ died }) => {
    return died !== undefined && today - died.on > stillPaid && random.chance(wrong.deadAided);
  });

/** Monthly amount by age band: an example, the town's own rule decides. */
const bands = [
  { from: 100, name: '100+', monthly: '600.00' },
  { from: 90, name: '90-99', monthly: '200.00' },
  { from: 80, name: '80-89', monthly: '100.00' },
];

/** Some dead still draw; the first who can does, so that every district has the story. */
function deadElder(village: Village, sink: Sink, person: Person): void {
  if (village.today - (person.died?.on ?? 0) < stillPaid) return;
  const first = sink.next('dead_elders') === 1;
  if (village.random.chance(wrong.deadElder) || first) elder(village, sink, person);
}

function elder(village: Village, sink: Sink, person: Person): void {
  const { random, today } = village;
  const { died, home, age } = person;
  const key = `GL${numberOf(village, sink, 'elder_allowance')}`;
  const at = { register: 'elder_allowance', key };
  const band = bands.find(({ from }) => age >= from);
  const lives = home.living.length < 2 ? '独居' : home.living.length === 2 ? '与配偶' : '与子女';
  const firstElder = died === undefined && sink.next('elders') === 1;
  const twice = died === undefined && (random.chance(wrong.twice) || firstElder);
  const row: Row = {
    ...personRow(person),
    ...placeRow(home),
    grant_no: key,
    name: died || twice ? person.name : nameIn(village, sink, at, person),
    band: band?.name ?? '',
    monthly: band?.monthly ?? '',
    since: `${dateText(person.bornOn + Math.ceil(80 * yearDays)).slice(0, 8)}01`,
    paid_until: lastPaid(today),
    lives: random.chance(0.03) ? '机构' : lives,
  };
  sink.put('elder_allowance', row, died !== undefined || twice);
  if (died) {
    const diedOn = dateText(died.on);
    sink.plant({ story: 'dead_drawing_aid', ...at, person_id: person.id, died_on: diedOn });
  }
  if (twice) again(village, sink, person, row);
}

/** The same person drawing a second time, under the number of another application. */
function again(village: Village, sink: Sink, person: Person, row: Row): void {
  const key = `GL${numberOf(village, sink, 'elder_allowance')}`;
  sink.put('elder_allowance', { ...row, grant_no: key, mobile: '' }, true);
  const at = { register: 'elder_allowance', key, other: row.grant_no ?? '' };
  sink.plant({ story: 'double_allowance', ...at, person_id: person.id });
}

/** People with a certificate: about 38 million in the country, 2.7 %, more with age. */
const disabledShare = (age: number): number => (age < 18 ? 0.006 : age < 60 ? 0.019 : 0.058);

/** Veterans among men of forty to ninety. Invented. */
const veteranShare = 0.075;

/** Village homes with farmland. Invented. */
const farmingShare = 0.42;

function entitled(village: Village, sink: Sink): void {
  const { random } = village;
  for (const person of village.people) {
    if (person.home.origin !== undefined) continue;
    if (random.chance(disabledShare(person.age))) disabled(village, sink, person);
    const served = person.male && person.age >= 40 && person.age <= 90;
    if (served && random.chance(veteranShare)) veteran(village, sink, person);
  }
  if (!village.unit.name.endsWith('村')) return;
  for (const home of village.homes) {
    if (home.origin === undefined && random.chance(farmingShare)) farmland(village, sink, home);
  }
}

/** Kinds with the digit the card number carries; shares after the survey of 2006, rounded. */
const disability = drawerOf([
  [['肢体', 4], 52],
  [['视力', 1], 14],
  [['听力', 2], 13],
  [['精神', 6], 9],
  [['智力', 5], 7],
  [['多重', 7], 3],
  [['言语', 3], 2],
] as const);

function disabled(village: Village, sink: Sink, person: Person): void {
  const { random, today } = village;
  const [kind, digit] = disability(random);
  const degree = random.whole(1, 4);
  const card = `${person.id}${digit}${degree}`;
  const at = { register: 'disabled_persons', key: card };
  const guardian = person.home.living.find((one) => one !== person && one.age >= 20);
  sink.put('disabled_persons', {
    ...personRow(person),
    ...placeRow(person.home),
    card_no: card,
    name: nameIn(village, sink, at, person),
    kind,
    degree: String(degree),
    living_allowance: random.chance(0.3) ? '是' : '否',
    care_allowance: degree <= 2 ? '是' : '否',
    guardian: guardian?.name ?? '',
    issued_on: dateText(today - random.whole(60, 3600)),
  });
}

const service = drawerOf([
  ['退役士兵', 86],
  ['军转干部', 8],
  ['伤残军人', 4],
  ['烈军属', 2],
]);

function veteran(village: Village, sink: Sink, person: Person): void {
  const { random } = village;
  const key = `TY${numberOf(village, sink, 'veterans')}`;
  const joined = Number(dateText(person.bornOn).slice(0, 4)) + random.whole(18, 20);
  sink.put('veterans', {
    ...personRow(person),
    ...placeRow(person.home),
    file_no: key,
    name: nameIn(village, sink, { register: 'veterans', key }, person),
    category: service(random),
    served_from: String(joined),
    served_to: String(joined + random.pick([2, 2, 3, 4, 5, 8, 12])),
    card: random.chance(0.92) ? '是' : '否',
  });
}

/** Yuan for each mu; an example. */
const subsidyRate = 90;

function farmland(village: Village, sink: Sink, home: Home): void {
  const { random, today } = village;
  const [head] = home.living;
  if (head === undefined) return;
  // Thousandths of a mu, so that the amount is exact.
  const area = Math.max(120, Math.round(Math.exp(random.normal(0.85, 0.55)) * 1000));
  sink.put('farmland_subsidy', {
    grant_no: `NB${numberOf(village, sink, 'farmland_subsidy')}`,
    year: dateText(today).slice(0, 4),
    farmer: head.name,
    person_id: head.id,
    area: (area / 1000).toFixed(3),
    rate: subsidyRate.toFixed(2),
    amount: (Math.round((area * subsidyRate) / 10) / 100).toFixed(2),
    bank_tail: bankTail(random),
    group_no: `第${random.pick([...'一二三四五六七八'])}组`,
    village_code: village.unit.code,
  });
}
