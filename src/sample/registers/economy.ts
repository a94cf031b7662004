/** Registers of firms and of work in them. */
import { drawerOf } from '../random.ts';
import { addressIn, nameIn } from './civil.ts';
import { dateText } from './days.ts';
import type { Firm } from './firms.ts';
import type { Person } from './people.ts';
import type { Sink, Village } from './village.ts';

export function economyRows(village: Village, sink: Sink): void {
  for (const firm of village.firms) {
    registered(village, sink, firm);
    taxed(village, sink, firm);
    if (firm.food && firm.status === '存续') foodLicence(village, sink, firm);
    if (firm.type === '个体工商户' || firm.status !== '存续') continue;
    credit(village, sink, firm);
    power(village, sink, firm);
  }
  for (const firm of village.firms) decisions(village, sink, firm);
  for (const person of village.people) {
    if (person.work === 'employed') insured(village, sink, person);
  }
}

function registered(village: Village, sink: Sink, firm: Firm): void {
  const { owner, place, uscc } = firm;
  const at = { register: 'firms', key: uscc, subject: uscc };
  sink.put('firms', {
    uscc: firm.uscc,
    firm_name: firm.name,
    firm_type: firm.type,
    industry: firm.industry,
    industry_name: firm.industryName,
    legal_person: owner.name,
    legal_person_id: owner.id,
    capital: firm.capital.toFixed(2),
    employees: String(firm.employees),
    founded_on: dateText(firm.foundedOn),
    status: firm.status,
    phone: owner.phone,
    address: addressIn(village, sink, at, place.fullName),
    addr_code: place.code,
    village_code: village.unit.code,
  });
}

/** Grades of tax credit and of public credit; shares invented. */
const taxCredit = drawerOf([
  ['A', 9],
  ['B', 46],
  ['M', 37],
  ['C', 5],
  ['D', 3],
]);

function taxed(village: Village, sink: Sink, firm: Firm): void {
  const { random, town, today } = village;
  const single = firm.type === '个体工商户';
  if (!random.chance(single ? 0.6 : 0.97)) return;
  const closed = firm.status === '注销';
  sink.put('tax_payers', {
    uscc: firm.uscc,
    firm_name: firm.name,
    kind: single ? '个体双定' : firm.employees > 12 ? '一般纳税人' : '小规模纳税人',
    credit: single ? '' : taxCredit(random),
    legal_person: firm.owner.name,
    registered_on: dateText(Math.min(firm.foundedOn + random.whole(3, 40), today)),
    state: closed ? '注销' : firm.status === '吊销' || random.chance(0.015) ? '非正常' : '正常',
    station: `${town.name.replace(/(街道|镇)$/, '')}税务所`,
    town_code: town.code,
  });
}

/** Licences under the code of another firm. Invented, large enough to be found. */
const wrongCodes = 0.012;

function foodLicence(village: Village, sink: Sink, firm: Firm): void {
  const { random, today } = village;
  const issued = Math.max(firm.foundedOn, today - random.whole(20, 1800));
  const serial = String(sink.next('food_licences')).padStart(7, '0');
  const key = `JY2330109${serial}`;
  const other = village.firms.find((one) => one !== firm && one.type === '个体工商户');
  const wrong = other !== undefined && random.chance(wrongCodes) ? other : undefined;
  const row = {
    licence_no: key,
    uscc: wrong?.uscc ?? firm.uscc,
    firm_name: firm.name,
    kind: firm.industry === 'H' ? '餐饮服务经营者' : '食品销售经营者',
    risk: random.pick(['A', 'A', 'B', 'B', 'B', 'C', 'D']),
    operator: firm.owner.name,
    issued_on: dateText(issued),
    valid_until: dateText(issued + 5 * 365),
    address: firm.place.fullName,
    village_code: village.unit.code,
  };
  sink.put('food_licences', row, wrong !== undefined);
  if (wrong === undefined) return;
  const at = { register: 'food_licences', key };
  sink.plant({ story: 'wrong_credit_code', ...at, uscc: wrong.uscc, real: firm.uscc });
  sink.disagree({ ...at, kind: 'wrong_code', subject: firm.uscc, truth: firm.uscc });
}

function credit({ random, today, town }: Village, sink: Sink, firm: Firm): void {
  const bad = random.chance(0.06) ? random.whole(1, 4) : 0;
  const score = Math.max(420, Math.min(1000, Math.round(random.normal(850, 60) - bad * 70)));
  const grade =
    score >= 850 ? 'A' : score >= 780 ? 'B' : score >= 700 ? 'C' : score >= 600 ? 'D' : 'E';
  sink.put('firm_credit', {
    uscc: firm.uscc,
    firm_name: firm.name,
    score: String(score),
    grade_name: grade,
    bad_records: String(bad),
    evaluated_on: `${dateText(today).slice(0, 8)}01`,
    town_code: town.code,
  });
}

const monthsBack = 3;

/** `202610` and the months before it. */
function monthText(today: number, back: number): string {
  const [year = 0, month = 0] = dateText(today).split('-').map(Number);
  const at = year * 12 + month - 1 - back;
  return `${Math.floor(at / 12)}${String((at % 12) + 1).padStart(2, '0')}`;
}

/** Energy of a month for each person at work, by section; invented. */
const kwhEach: Record<string, number> = { C: 640, F: 90, E: 70, H: 210, I: 130 };

function power({ random, today, town }: Village, sink: Sink, firm: Firm): void {
  const meter = `33${String(sink.next('meters')).padStart(8, '0')}`;
  const usual = firm.employees * (kwhEach[firm.industry] ?? 100) * (0.6 + random.next());
  for (let back = monthsBack; back >= 1; back -= 1) {
    const kwh = Math.max(5, usual * (1 + random.normal(0, 0.09)));
    sink.put('power_use', {
      meter_no: meter,
      month: monthText(today, back),
      uscc: firm.uscc,
      firm_name: firm.name,
      kwh: kwh.toFixed(2),
      peak: (kwh * (0.1 + random.next() * 0.12)).toFixed(2),
      capacity: Math.max(10, Math.ceil(usual / 160 / 5) * 5).toFixed(1),
      town_code: town.code,
    });
  }
}

const matters = [
  ['占道经营', '《杭州市市容和环境卫生管理条例》', 300],
  ['餐饮油烟', '《中华人民共和国大气污染防治法》第一百一十八条', 5000],
  ['生活垃圾分类', '《杭州市生活垃圾管理条例》', 1000],
  ['渣土运输', '《杭州市建设工程渣土管理办法》', 5000],
  ['工地噪声', '《中华人民共和国噪声污染防治法》第七十七条', 10_000],
  ['违法建设', '《中华人民共和国城乡规划法》第六十四条', 20_000],
] as const;

const permitted = [
  ['食品经营许可', '区市场监管局', 5],
  ['公共场所卫生许可', '区卫生健康局', 3],
  ['户外广告设置许可', '区综合执法局', 4],
  ['道路运输经营许可', '区交通运输局', 5],
  ['建筑工程施工许可', '区住建局', 3],
  ['人力资源服务许可', '区人力社保局', 6],
] as const;

function decisions(village: Village, sink: Sink, firm: Firm): void {
  const { random, today, town } = village;
  const about = { uscc: firm.uscc, town_code: town.code };
  if (random.chance(0.07)) {
    const [matter, basis, fine] = random.pick(matters);
    const on = dateText(today - random.whole(2, 700));
    const serial = String(sink.next('penalties')).padStart(6, '0');
    sink.put('penalties', {
      ...about,
      decision_no: `萧综执罚〔${on.slice(0, 4)}〕${serial}号`,
      party: firm.name,
      matter,
      basis,
      amount: (fine * random.pick([1, 1, 1.5, 2])).toFixed(2),
      decided_on: on,
      paid: random.chance(0.9) ? '是' : '否',
      place: firm.place.fullName,
    });
  }
  if (!random.chance(0.32)) return;
  const [matter, department, days] = random.pick(permitted);
  const applied = today - random.whole(12, 900);
  const decided = applied + random.whole(0, days);
  sink.put('permits', {
    ...about,
    permit_no: `XK${dateText(decided).slice(0, 4)}${String(sink.next('permits')).padStart(6, '0')}`,
    matter,
    holder: firm.name,
    department,
    channel: random.pick(['浙里办', '浙里办', '政务服务网', '窗口']),
    applied_on: dateText(applied),
    decided_on: dateText(decided),
    promised_days: String(days),
    valid_until: random.chance(0.8) ? dateText(decided + 3 * 365) : '',
  });
}

/** Lowest and highest base of contributions, a month; an example of the province's bounds. */
const bases = { low: 4812, high: 24_930 };

function insured(village: Village, sink: Sink, person: Person): void {
  const { random, town, today, employers } = village;
  if (employers.length === 0 || !random.chance(0.86)) return;
  const firm = random.pick(employers);
  const serial = String(sink.next('insured')).padStart(8, '0');
  const key = `${town.code.slice(6)}${serial}`;
  const at = { register: 'social_insurance', key };
  const pay = Math.round(Math.exp(random.normal(8.85, 0.38)) / 10) * 10;
  const paying = random.chance(0.955);
  const years = Math.max(0, Math.min(person.age - 20, 30));
  sink.put('social_insurance', {
    insured_no: key,
    person_id: person.id,
    name: nameIn(village, sink, at, person),
    employer_uscc: firm.uscc,
    employer: firm.name,
    base: Math.min(bases.high, Math.max(bases.low, pay)).toFixed(2),
    months: String(random.whole(1, Math.max(2, years * 12))),
    paid_month: monthText(today, paying ? 1 : random.whole(2, 8)),
    state: paying ? '正常缴费' : '暂停缴费',
    town_code: town.code,
  });
}
