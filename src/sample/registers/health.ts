/** Registers of health: births, medical insurance, institutions. */
import { drawerOf } from '../random.ts';
import { nameIn } from './civil.ts';
import { dateText } from './days.ts';
import type { Home, Person } from './people.ts';
import { facilityRow, keeperOf, type Sink, servicePhone, type Village } from './village.ts';

export function healthRows(village: Village, sink: Sink): void {
  for (const home of village.homes) births(village, sink, home);
  for (const person of village.people) insured(village, sink, person);
  institutions(village, sink);
}

/** Births of three years, of homes in which both parents live. */
function births(village: Village, sink: Sink, home: Home): void {
  const { random, today } = village;
  for (const child of home.living) {
    if (child.age > 2 || child.relation === '户主') continue;
    const mother = home.living.find((one) => !one.male && one.age >= child.age + 18);
    const father = home.living.find((one) => one.male && one.age >= child.age + 18);
    if (mother === undefined) continue;
    const born = dateText(child.bornOn);
    sink.put('births', {
      certificate_no: `CS${born.slice(0, 4)}${String(sink.next('births')).padStart(6, '0')}`,
      child_name: child.name,
      sex: child.male ? '男' : '女',
      born_on: born,
      weight: String(Math.round(random.normal(3280, 420))),
      mother_name: mother.name,
      mother_id: mother.id,
      father_name: father?.name ?? '',
      hospital: random.pick(['萧山区示例人民医院', '萧山区示例妇幼保健院', '萧山区示例中医院']),
      issued_on: dateText(Math.min(child.bornOn + random.whole(1, 20), today)),
      town_code: village.town.code,
    });
  }
}

/** Nearly everybody is insured; 95 % and more are, says the country's yearly report. */
const insuredShare = 0.955;

/** Registers of schemes keep people where they once lived. Invented. */
const movedShare = 0.015;

function insured(village: Village, sink: Sink, person: Person): void {
  const { random } = village;
  if (!random.chance(person.home.origin === undefined ? insuredShare : 0.8)) return;
  const employed = person.work === 'employed' || (person.work === 'retired' && random.chance(0.45));
  const child = person.age < 18 || person.work === 'pupil';
  const register = 'medical_insurance';
  const at = { register, key: person.id };
  const stillThere = random.chance(movedShare) && village.formerVillage !== undefined;
  if (stillThere) {
    sink.disagree({ ...at, kind: 'moved', subject: person.id, truth: village.unit.code });
  }
  const identity = employed
    ? person.work === 'retired'
      ? '退休'
      : '在职'
    : child
      ? '少儿学生'
      : random.chance(0.03)
        ? '资助参保'
        : '成年居民';
  sink.put(register, {
    person_id: person.id,
    name: nameIn(village, sink, at, person),
    scheme: employed ? '职工医保' : '城乡居民医保',
    identity,
    year: dateText(village.today).slice(0, 4),
    since: `${dateText(village.today).slice(0, 4)}-01-01`,
    chronic: random.chance(person.age >= 60 ? 0.38 : 0.03) ? '是' : '否',
    village_code: stillThere ? (village.formerVillage ?? '') : village.unit.code,
  });
}

const kind = drawerOf([
  ['社区卫生服务站', 62],
  ['诊所', 36],
  ['医院', 2],
]);

function institutions(village: Village, sink: Sink): void {
  const { random, town, unit, today } = village;
  const kinds = village.firstOfTown
    ? ['社区卫生服务中心']
    : random.chance(0.5)
      ? [kind(random)]
      : [];
  for (const one of kinds) {
    const centre = one === '社区卫生服务中心';
    const big = centre || one === '医院';
    sink.put('medical_institutions', {
      ...facilityRow(village),
      register_no: `PDY330109${String(sink.next('medical_institutions')).padStart(3, '0')}`,
      institution: centre ? `${town.name}${one}` : `${unit.name}示例${one}`,
      kind: one,
      run_by: one === '诊所' ? '民营' : '公立',
      beds: String(big ? random.whole(20, 160) : 0),
      doctors: String(big ? random.whole(18, 90) : random.whole(1, 4)),
      head: keeperOf(random).name,
      phone: servicePhone(random),
      valid_until: `${Number(dateText(today).slice(0, 4)) + random.whole(1, 4)}-12-31`,
    });
  }
}
