/** Registers of schools and pupils. */
import { drawerOf } from '../random.ts';
import { dateText } from './days.ts';
import type { Person } from './people.ts';
import { facilityRow, type School, type Sink, servicePhone, type Village } from './village.ts';

const kinds = ['幼儿园', '小学', '初中', '高中'] as const;

/** A class has about this many pupils. Invented. */
const classSize = { 幼儿园: 27, 小学: 40, 初中: 42, 高中: 44 };

const teachersPerClass = { 幼儿园: 2, 小学: 2.4, 初中: 3.2, 高中: 3.6 };

const extra = drawerOf([
  ['幼儿园', 62],
  ['小学', 26],
  ['初中', 12],
] as const);

/** Schools of a village: a town's first village has one of every kind, so that all have one. */
export function schoolsOf(village: Omit<Village, 'schools'>, sink: Sink): School[] {
  const wanted = village.firstOfTown
    ? [...kinds]
    : village.random.chance(0.4)
      ? [extra(village.random)]
      : [];
  const stem = village.unit.name.replace(/(社区|村)$/, '');
  return wanted.map((kind) => {
    const code = `3133${String(sink.next('schools')).padStart(6, '0')}`;
    const town = village.town.name.replace(/(街道|镇)$/, '');
    return { code, kind, name: `萧山区${town}${kind === '高中' ? '' : stem}${kind}` };
  });
}

export function educationRows(village: Village, sink: Sink): void {
  for (const school of village.ownSchools) schoolRow(village, sink, school);
  for (const person of village.people) {
    if (person.work === 'pupil' && person.age >= 6 && person.age < 18) pupil(village, sink, person);
  }
}

function schoolRow(village: Village, sink: Sink, school: School): void {
  const { random } = village;
  const { kind } = school;
  const classes = random.whole(kind === '幼儿园' ? 6 : 18, kind === '幼儿园' ? 18 : 42);
  sink.put('schools', {
    ...facilityRow(village),
    school_code: school.code,
    school: school.name,
    kind,
    run_by: random.chance(kind === '幼儿园' ? 0.55 : 0.9) ? '公办' : '民办',
    classes: String(classes),
    pupils: String(Math.round(classes * classSize[kind] * (0.85 + random.next() * 0.25))),
    teachers: String(Math.round(classes * teachersPerClass[kind])),
    phone: servicePhone(random),
  });
}

const numerals = [...'一二三四五六'];

/** Kind and year of school at an age. */
function gradeAt(age: number): { kind: School['kind']; grade: string } {
  if (age < 12) return { kind: '小学', grade: `小学${numerals[age - 6]}年级` };
  if (age < 15) return { kind: '初中', grade: `初中${numerals[age - 12]}年级` };
  return { kind: '高中', grade: `高中${numerals[age - 15]}年级` };
}

function pupil(village: Village, sink: Sink, person: Person): void {
  const { random, today } = village;
  const { kind, grade } = gradeAt(person.age);
  const near = village.schools.filter((one) => one.kind === kind);
  const guardian = person.home.living.find((one) => one.age >= person.age + 18);
  if (near.length === 0 || guardian === undefined) return;
  const school = random.pick(near);
  const year = Number(dateText(today).slice(0, 4)) - numerals.indexOf(grade.at(-3) ?? '');
  sink.put('students', {
    student_no: `G${village.town.code.slice(6)}${String(sink.next('students')).padStart(8, '0')}`,
    person_id: person.id,
    name: person.name,
    sex: person.male ? '男' : '女',
    school_code: school.code,
    school: school.name,
    grade_name: grade,
    guardian: guardian.name,
    guardian_tel: guardian.phone,
    origin: person.home.origin === undefined ? '本区' : '随迁',
    enrolled_on: `${year}-09-01`,
    village_code: village.unit.code,
  });
}
