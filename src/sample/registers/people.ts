/**
 * The people of a village, home by home. Sizes of homes after the census of 2020 (national: 25.4,
 * 29.7, 21.0 and 13.2 % of one to four), ages so that the whole comes near Zhejiang's: 13.5 % under
 * 15, 18.7 % of 60 and over. Deaths 7.9, births 6.4 in a thousand a year (national, 2023).
 */
import { type CitizenIds, mobileNumber } from '../identity.ts';
import type { Place } from '../places.ts';
import { drawerOf, type Random } from '../random.ts';
import { dateText, yearDays } from './days.ts';
import { anySurname, givenName } from './names.ts';

export interface Person {
  id: string;
  name: string;
  male: boolean;
  /** Full years; at death for the dead. */
  age: number;
  bornOn: number;
  relation: string;
  marital: string;
  education: string;
  ethnicity: string;
  phone: string;
  work: 'employed' | 'self' | 'pupil' | 'retired' | 'none' | 'infant';
  home: Home;
  /** Day of death, and whether the register was told. */
  died?: { on: number; reported: boolean };
}

export interface Home {
  no: string;
  place: Place;
  /** Full address with unit and room. */
  address: string;
  living: Person[];
  dead: Person[];
  openedOn: number;
  /** Province people come from; the living of such a home are registered there. */
  origin?: { name: string; area: string };
  /** Day of the couple's marriage. */
  marriedOn?: number;
}

export interface PeopleWorld {
  random: Random;
  ids: CitizenIds;
  /** Day number. */
  today: number;
  places: readonly Place[];
  /** Nine digits' first three: the town. */
  town: string;
}

const homeSize = drawerOf([
  [1, 25.4],
  [2, 29.7],
  [3, 21],
  [4, 13.2],
  [5, 6.2],
  [6, 4.5],
]);

/** Homes of people from elsewhere are smaller: half are single workers. Invented. */
const outsiderSize = drawerOf([
  [1, 52],
  [2, 26],
  [3, 22],
]);

/** Share of people from elsewhere; a third in the district's census of 2020, rounded. */
const outsiders = 0.3;

/** Where they come from, in the order of the province's census of 2020; weights rounded. */
const origins = drawerOf([
  [{ name: '安徽省', area: '340000' }, 24],
  [{ name: '河南省', area: '410000' }, 15],
  [{ name: '贵州省', area: '520000' }, 13],
  [{ name: '江西省', area: '360000' }, 12],
  [{ name: '四川省', area: '510000' }, 9],
  [{ name: '湖北省', area: '420000' }, 8],
  [{ name: '云南省', area: '530000' }, 6],
  [{ name: '湖南省', area: '430000' }, 6],
  [{ name: '江苏省', area: '320000' }, 4],
  [{ name: '其他省份', area: '620000' }, 3],
] as const);

/** Deaths of three years for each home, of people who lived there. */
const deathsPerHome = 0.058;

/** Deaths nobody told the register of. Invented. */
const unreported = 0.03;

const ethnicity = drawerOf([
  ['汉族', 985],
  ['土家族', 4],
  ['苗族', 4],
  ['布依族', 3],
  ['回族', 2],
  ['畲族', 2],
]);

type Member = { age: number; male: boolean; relation: string; marital: string; surname: string };

/** Everybody of one village: about `count` living people. */
export function homesOf(world: PeopleWorld, count: number, serialFrom: number): Home[] {
  const homes: Home[] = [];
  for (let living = 0; living < count; ) {
    const home = oneHome(world, serialFrom + homes.length);
    homes.push(home);
    living += home.living.length;
  }
  return homes;
}

function oneHome(world: PeopleWorld, serial: number): Home {
  const { random, today } = world;
  const place = random.pick(world.places);
  const isOutside = random.chance(outsiders * 1.32);
  const home: Home = {
    no: `${world.town.slice(6)}${String(serial).padStart(6, '0')}`,
    place,
    address: `${place.fullName}${roomOf(random, place)}`,
    living: [],
    dead: [],
    openedOn: today - random.whole(30, 9000),
  };
  if (isOutside) home.origin = origins(random);
  const members = isOutside ? outsideMembers(random) : insideMembers(random);
  home.living = members.map((member) => personOf(world, home, member));
  marriage(world, home);
  if (!isOutside && random.chance(deathsPerHome)) home.dead = [deadOf(world, home)];
  return home;
}

const roomOf = (random: Random, place: Place): string =>
  place.compound === ''
    ? ''
    : `${random.whole(1, 3)}单元${random.whole(1, 11)}0${random.whole(1, 4)}室`;

const between = (low: number, age: number, high: number): number =>
  Math.min(Math.max(Math.round(age), low), high);

const child = (random: Random, mother: number, surname: string): Member => {
  const likely = Math.round(mother - between(20, random.normal(27.5, 4), 42));
  // A mother too young for it had the child earlier than most.
  const age = likely >= 0 ? Math.min(likely, 45) : random.whole(0, Math.max(0, mother - 21));
  const male = random.chance(0.522);
  const marital = age > 27 && random.chance(0.25) ? '有配偶' : '未婚';
  return { age, male, relation: male ? '子' : '女', marital, surname };
};

/** Husband and wife; he is two years older on average and mostly the head. */
function couple(random: Random, low: number, high: number): [Member, Member] {
  const wife = low + random.next() * (high - low);
  const husband = wife + random.normal(2, 2.4);
  const his = random.chance(0.8);
  const relation = (head: boolean): string => (head ? '户主' : '配偶');
  const both: [Member, Member] = [
    {
      age: between(22, husband, 99),
      male: true,
      relation: relation(his),
      marital: '有配偶',
      surname: anySurname(random),
    },
    {
      age: between(20, wife, 99),
      male: false,
      relation: relation(!his),
      marital: '有配偶',
      surname: anySurname(random),
    },
  ];
  return his ? both : [both[1], both[0]];
}

/** The surname of children: the father's in twelve homes of thirteen (Ministry's report, 2020). */
const childName = (random: Random, [a, b]: [Member, Member]): string =>
  (a.male === random.chance(12 / 13) ? a : b).surname;

const elder = (random: Random, head: Member, male: boolean): Member => ({
  age: between(48, head.age + between(20, random.normal(27, 4), 42), 101),
  male,
  relation: male ? '父' : '母',
  marital: '有配偶',
  surname: male && head.male ? head.surname : anySurname(random),
});

function insideMembers(random: Random): Member[] {
  const size = homeSize(random);
  if (size === 1) return [alone(random)];
  if (size === 2) {
    const kind = random.next();
    if (kind < 0.46) return couple(random, 58, 86);
    if (kind < 0.85) return couple(random, 25, 58);
    const head = { ...alone(random), age: random.whole(30, 70) };
    return [head, child(random, head.age, head.surname)];
  }
  const pair = couple(random, size === 3 ? 27 : 28, size === 3 ? 60 : 46);
  const name = childName(random, pair);
  const mother = Math.min(pair[0].age, pair[1].age);
  const kids = size === 4 ? random.whole(1, 2) : size === 6 ? 2 : 1;
  const children = Array.from({ length: kids }, () => child(random, mother, name));
  const [head] = pair;
  const elders = size - 2 - kids;
  if (elders === 0) return [...pair, ...children];
  if (elders === 1) {
    const widow = elder(random, head, random.chance(0.28));
    return [...pair, ...children, { ...widow, marital: '丧偶' }];
  }
  return [...pair, ...children, elder(random, head, true), elder(random, head, false)];
}

function alone(random: Random): Member {
  const old = random.chance(0.42);
  const age = old ? between(60, random.normal(72, 9), 103) : random.whole(21, 59);
  const male = random.chance(old ? 0.42 : 0.6);
  const marital = old ? '丧偶' : random.chance(0.65) ? '未婚' : '离婚';
  return { age, male, relation: '户主', marital, surname: anySurname(random) };
}

function outsideMembers(random: Random): Member[] {
  const size = outsiderSize(random);
  if (size > 1) {
    const pair = couple(random, 22, 52);
    if (size === 2) return pair;
    const name = childName(random, pair);
    return [...pair, { ...child(random, Math.min(pair[0].age, 44), name) }];
  }
  const age = between(18, random.normal(35, 10), 62);
  const marital = random.chance(0.5) ? '有配偶' : '未婚';
  const male = random.chance(0.62);
  return [{ age, male, relation: '户主', marital, surname: anySurname(random) }];
}

function personOf(world: PeopleWorld, home: Home, member: Member): Person {
  const { random, today } = world;
  const bornOn = today - Math.floor((member.age + random.next() * 0.99) * yearDays) - 1;
  const born = dateText(bornOn);
  const year = Number(born.slice(0, 4));
  const { age, male, relation, marital } = member;
  return {
    id: world.ids(home.origin?.area ?? '330109', born, male),
    name: `${member.surname}${givenName(random, year, male)}`,
    male,
    age,
    bornOn,
    relation,
    marital,
    education: educationOf(random, age),
    ethnicity: ethnicity(random),
    phone: age < 12 || (age > 80 && random.chance(0.5)) ? '' : mobileNumber(random),
    work: workOf(random, age, male),
    home,
  };
}

const adultEducation = {
  young: drawerOf([
    ['初中', 18],
    ['高中', 22],
    ['大专', 27],
    ['本科', 29],
    ['研究生', 4],
  ]),
  middle: drawerOf([
    ['小学', 16],
    ['初中', 48],
    ['高中', 21],
    ['大专', 9],
    ['本科', 6],
  ]),
  old: drawerOf([
    ['小学', 66],
    ['初中', 25],
    ['高中', 7],
    ['大专', 2],
  ]),
};

function educationOf(random: Random, age: number): string {
  if (age < 6) return '学龄前';
  if (age < 12) return '小学';
  if (age < 15) return '初中';
  if (age < 18) return '高中';
  if (age < 40) return adultEducation.young(random);
  return age < 60 ? adultEducation.middle(random) : adultEducation.old(random);
}

function workOf(random: Random, age: number, male: boolean): Person['work'] {
  if (age < 3) return 'infant';
  if (age < 16 || (age < 22 && random.chance(0.75))) return 'pupil';
  if (age >= (male ? 60 : 55)) return 'retired';
  const drawn = random.next();
  return drawn < 0.76 ? 'employed' : drawn < 0.86 ? 'self' : 'none';
}

function marriage({ random, today }: PeopleWorld, home: Home): void {
  const pair = home.living.slice(0, 2);
  if (pair.length < 2 || pair.some((one) => one.marital !== '有配偶')) return;
  const wife = Math.min(...pair.map((one) => one.age));
  const eldest = Math.max(0, ...home.living.slice(2).map((one) => (one.age < wife ? one.age : 0)));
  const years = Math.max(eldest + 0.8, wife - between(20, random.normal(26.5, 3), 38), 0.1);
  home.marriedOn = today - Math.round(years * yearDays) - random.whole(0, 200);
}

/**
 * Somebody old who lived here and died in the last three years: a widower's wife, a head's mother.
 */
function deadOf(world: PeopleWorld, home: Home): Person {
  const { random, today } = world;
  const widowed = home.living.find((one) => one.marital === '丧偶');
  const [head] = home.living;
  const male = widowed === undefined ? random.chance(0.55) : !widowed.male;
  const age =
    widowed === undefined
      ? between(25, random.normal(78, 12), 104)
      : between(50, widowed.age + random.normal(male ? 3 : -1, 3), 104);
  const parent = widowed === undefined && age > (head?.age ?? 0) + 18;
  const relation = widowed?.relation === '户主' ? '配偶' : parent ? (male ? '父' : '母') : '其他';
  const on = today - random.whole(20, 3 * 365);
  const member = { age, male, relation, marital: '有配偶', surname: anySurname(random) };
  const person = personOf(world, home, member);
  const reported = today - on < 25 ? false : !random.chance(unreported);
  return { ...person, bornOn: person.bornOn - (today - on), died: { on, reported } };
}
