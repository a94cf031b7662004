/**
 * Vectors discovery is scored on: made here by other ways than the recogniser's (check digits by
 * recursion and by Horner's rule), from lists and frames typed for this bench. What a frame was
 * filled with is the truth; nothing here asks the recogniser.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SemanticName } from '#catalogue';
import type { Random } from '#sample';

const read = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, `discovery-${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

const [surnameLine = '', givenLine = '', singleLine = '', dottedLine = ''] = read('names');
const surnames = surnameLine.split(' ').map((each): [string, number] => {
  const [name = '', weight = '1'] = each.split('*');
  return [name, Number(weight)];
});
const given = givenLine.split(' ');
const singles = singleLine.split(' ');
const dotted = dottedLine.split(' ');

export const personName = (random: Random): string =>
  `${random.weighted(surnames)}${random.chance(0.2) ? random.pick(singles) : random.pick(given)}`;

const two = (value: number): string => String(value).padStart(2, '0');
const digits = (random: Random, size: number): string =>
  Array.from({ length: size }, () => random.whole(0, 9)).join('');

const counties =
  '110105 330109 330106 330681 320583 310115 440303 510104 420106 610102 339005 522422';
const day = (random: Random, from = 1935, to = 2022): [string, string, string] => [
  String(random.whole(from, to)),
  two(random.whole(1, 12)),
  two(random.whole(1, 28)),
];

/** ISO 7064 MOD 11-2 by its recursion: p = 2 (p + a) mod 11. */
function checkOf(body: string): string {
  let p = 0;
  for (const sign of body) p = ((p + Number(sign)) * 2) % 11;
  return ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][p] ?? '';
}

export function citizenId(random: Random): string {
  const body = `${random.pick(counties.split(' '))}${day(random).join('')}${digits(random, 3)}`;
  return body + checkOf(body);
}

const writtenId = (random: Random): string => {
  const id = citizenId(random);
  const wide = [...id].map((sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join('');
  const apart = `${id.slice(0, 6)} ${id.slice(6, 14)} ${id.slice(14)}`;
  return random.weighted([
    [id, 80],
    [id.toLowerCase(), 6],
    [wide, 4],
    [apart, 6],
    [apart.replaceAll(' ', '-'), 4],
  ]);
};

export const oldId = (random: Random): string => {
  const [year, month, date] = day(random, 1930, 1985);
  return `${random.pick(counties.split(' '))}${year.slice(2)}${month}${date}${digits(random, 3)}`;
};

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 11714: the check sign by trying them all. */
function organisation(random: Random): string {
  const base36 = (sign: string): number => Number.parseInt(sign, 36);
  const body = random.chance(0.6)
    ? `MA${Array.from({ length: 6 }, () => random.pick([...alphabet])).join('')}`
    : digits(random, 8);
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce(
    (all, w, at) => all + w * base36(body[at] ?? '0'),
    0,
  );
  const rest = (11 - (sum % 11)) % 11;
  return body + (rest === 10 ? 'X' : String(rest));
}

/** GB 32100 by Horner's rule from the right: the whole is 0 mod 31 with the check sign. */
export function creditCode(random: Random): string {
  const kind = random.pick(['91', '91', '91', '92', '93', '11', '12', '51', '52']);
  const body = kind + random.pick(counties.split(' ')) + organisation(random);
  let sum = 0;
  for (const sign of [...body].toReversed()) sum = (sum * 3 + alphabet.indexOf(sign)) % 31;
  return body + alphabet[(31 - sum) % 31];
}

const luhn = (body: string): string =>
  '0123456789'.split('').find((last) => {
    const all = [...(body + last)].map(Number).toReversed();
    const twice = (n: number): number => Number('0246813579'[n]);
    const sum = all.reduce((s, n, at) => s + (at % 2 === 1 ? twice(n) : n), 0);
    return sum % 10 === 0;
  }) ?? '0';

const bins =
  '622202 621226 621700 622848 623058 622588 621661 625965 622700 436742 552245 620522 955880';
export function bankCard(random: Random): string {
  const bin = random.pick(bins.split(' '));
  const size = /^[45]/.test(bin) ? 16 : random.pick([16, 19, 19]);
  const body = bin + digits(random, (bin === '955880' ? 19 : size) - 1 - bin.length);
  return body + luhn(body);
}

const writtenCard = (random: Random): string => {
  const card = bankCard(random);
  return random.chance(0.3) ? card.replaceAll(/(\d{4})(?=\d)/g, '$1 ') : card;
};

const heads =
  '130 131 133 135 136 137 138 139 147 150 151 152 157 158 159 166 173 177 178 180 182 186 187 188 189 191 198 199';
export const mobile = (random: Random): string => random.pick(heads.split(' ')) + digits(random, 8);
const writtenMobile = (random: Random): string => {
  const n = mobile(random);
  const [a, b, c] = [n.slice(0, 3), n.slice(3, 7), n.slice(7)];
  return random.weighted([
    [n, 70],
    [`${a}-${b}-${c}`, 8],
    [`${a} ${b} ${c}`, 8],
    [`+86${n}`, 4],
    [`+86 ${n}`, 3],
    [`0086${n}`, 3],
    [`86-${n}`, 4],
  ]);
};

const areas = '0571 010 021 0574 0575 028 0755 0991';
export const landline = (random: Random): string => {
  const area = random.pick(areas.split(' '));
  const local = `${random.whole(2, 8)}${digits(random, area === '0991' ? 6 : 7)}`;
  const plain = random.pick([`${area}-${local}`, `${area}${local}`, `(${area})${local}`]);
  return random.chance(0.1) ? `${plain}转${random.whole(100, 9999)}` : plain;
};

const provinces = [...'京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'];
const plateLetters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];
export function plate(random: Random): string {
  const head = `${random.chance(0.5) ? '浙' : random.pick(provinces)}${random.pick(plateLetters)}`;
  const tail = (): string => {
    const signs = [...digits(random, 5)];
    for (let n = random.whole(0, 2); n > 0; n -= 1) {
      signs[random.whole(0, 4)] = random.pick(plateLetters);
    }
    return signs.join('');
  };
  const made = random.weighted<() => string>([
    [() => head + tail(), 60],
    [() => `${head}${random.pick([...'DF'])}${digits(random, 5)}`, 22],
    [() => `${head}${digits(random, 5)}${random.pick([...'DF'])}`, 4],
    [() => `${head}${digits(random, 4)}${random.pick([...'挂学警'])}`, 8],
    [() => `粤Z${digits(random, 4)}${random.pick([...'港澳'])}`, 3],
    [() => `使${digits(random, 6)}`, 3],
  ])();
  return random.chance(0.12) ? made.replace(/^(.[A-Z])/, '$1·') : made;
}

const pick = (random: Random, list: string): string => random.pick(list.split(' '));
const cities = '杭州市 浙江省杭州市 绍兴市 湖北省武汉市 江苏省苏州市 四川省成都市';
const districts = '萧山区 滨江区 上城区 临平区 余杭区 柯桥区 青羊区 姑苏区 洪山区 富阳区';
const townList =
  '新塘街道 北干街道 瓜沥镇 临浦镇 闻堰街道 衙前镇 河上镇 楼塔镇 党湾镇 长河街道 西兴街道 径山镇';
const roadList =
  '市心中路 金城路 育才路 通惠北路 萧绍路 建设三路 江南大道 博学路 拱秀路 道源路 南秀路 永久路 闻兴路 八柯线 风情大道 人民路 解放路 文二西路 中山南路 学院路';
const estateList =
  '绿都湖滨花园 恒大帝景 湘湖人家小区 南江公寓 旭辉城 金色江南小区 众安花园 育才东苑 江寺公寓 银河小区 天汇园 崇化住宅区 潘水南苑 万科金辰之光';
const villageList =
  '涝湖村 大通桥村 凤凰村 沙北村 横一村 欢潭村 东山吴村 众安社区 荣星村 群益村 浦联村 新港村';

export function address(random: Random): string {
  const head = random.weighted([
    [pick(random, cities) + pick(random, districts), 30],
    [pick(random, districts), 15],
    ['', 20],
  ]);
  const town = random.chance(0.7) || head === '' ? pick(random, townList) : '';
  const n = (max: number): number => random.whole(1, max);
  const room = `${n(30)}0${n(4)}`;
  return random.weighted<() => string>([
    [() => `${head}${town}${pick(random, roadList)}${n(900)}号`, 30],
    [() => `${head}${town}${pick(random, estateList)}${n(40)}幢${n(4)}单元${room}室`, 25],
    [() => `${head}${town}${pick(random, villageList)}${n(20)}组${n(60)}号`, 15],
    [
      () =>
        `${head}${town}${pick(random, roadList)}${n(500)}号${pick(random, estateList)}${n(20)}-${n(3)}-${room}`,
      10,
    ],
    [() => `${head}${town}${pick(random, estateList)}${n(30)}栋${room}`, 8],
    [() => `${head}${town}${pick(random, roadList)}${n(300)}弄${n(60)}号${room}室`, 6],
    [() => `${town}${pick(random, roadList)}与${pick(random, roadList)}交叉口`, 6],
  ])();
}

/** What a slot of a frame is filled with; the type is the truth, none for what is no secret. */
export type Slots = Record<string, [SemanticName | null, (random: Random) => string]>;

const slots: Slots = {
  name: ['person_name', personName],
  dotname: ['person_name', (random) => random.pick(dotted)],
  mobile: ['mobile', writtenMobile],
  landline: ['landline', landline],
  id: ['citizen_id', writtenId],
  plate: ['plate', plate],
  card: ['bank_card', writtenCard],
  uscc: ['uscc', creditCode],
  addr: ['address', address],
  email: [
    'email',
    (r) =>
      `${pick(r, 'lina zhangw sales hr.dept')}${r.whole(1, 999)}@${pick(r, 'example.com mail.example.cn')}`,
  ],
  birth: [
    'birth_date',
    (r) =>
      r.chance(0.5)
        ? day(r).join('-')
        : day(r)
            .join('')
            .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1年$2月$3日'),
  ],
  passport: ['passport', (r) => `E${digits(r, 8)}`],
  ip: ['ip', (r) => `10.${r.whole(11, 250)}.${r.whole(0, 250)}.${r.whole(1, 250)}`],
  mac: [
    'mac',
    (r) =>
      Array.from({ length: 6 }, () => two(r.whole(10, 99)))
        .join(':')
        .replace(/^\d/, 'A'),
  ],
  lon: ['longitude', (r) => `120.${digits(r, 6)}`],
  pair: ['coordinates', (r) => `120.${digits(r, 6)},30.${digits(r, 6)}`],
  lat: ['latitude', (r) => `30.${digits(r, 6)}`],
  order: [null, (r) => `${pick(r, 'XS DD GD 2026 P')}${digits(r, r.whole(10, 16))}`],
  serial: [null, (r) => (r.chance(0.5) ? `20${digits(r, 16)}` : `7${digits(r, 14)}`)],
  amount: [null, (r) => String(r.whole(10, 99_999))],
  time: [null, (r) => `2026年${r.whole(1, 11)}月${r.whole(1, 28)}日${r.whole(0, 23)}时`],
  age: [null, (r) => String(r.whole(3, 95))],
  version: [null, (r) => `V${r.whole(1, 9)}.${r.whole(0, 20)}.${r.whole(0, 300)}.${r.whole(0, 9)}`],
  isbn: [null, (r) => `978-7-${digits(r, 3)}-${digits(r, 5)}-${digits(r, 1)}`],
  company: [
    null,
    (r) =>
      pick(
        r,
        '杭州方正建筑有限公司 浙江金帝房地产集团 萧山李家园食品厂 杭州王氏水产有限公司 中国石化加油站 杭州江南布衣服饰有限公司',
      ),
  ],
  hospital: [null, (r) => pick(r, '萧山区第一人民医院 浙大二院 邵逸夫医院 萧山中医院')],
  bank: [null, (r) => pick(r, '工商银行 农业银行 建设银行 杭州银行')],
  place: [
    null,
    (r) => pick(r, '王家桥 高桥 石岩山 湘湖景区 钱江世纪城 金马村文化礼堂 政务服务中心 杨家浜'),
  ],
  book: [null, (r) => pick(r, '数字政府概论 红楼梦 平凡的世界 高等数学')],
};

export interface Truth {
  type: SemanticName;
  start: number;
  end: number;
}

export interface Labelled {
  text: string;
  truth: Truth[];
}

/** A frame with its slots filled, and where what is to be found stands. */
export function fill(frame: string, by: Slots, random: Random): Labelled {
  const made: Labelled = { text: '', truth: [] };
  const filled = new Map<string, string>();
  for (const [piece, slot] of frame.matchAll(/\{([a-z]+)\d?\}|[^{]+/g)) {
    const [type, make] = by[slot ?? ''] ?? [null, () => piece];
    const start = made.text.length;
    const value = filled.get(piece) ?? make(random);
    filled.set(piece, value);
    made.text += value;
    if (type !== null) made.truth.push({ type, start, end: made.text.length });
  }
  return made;
}

/** The frames filled once, each with other words. */
export const texts = (random: Random): Labelled[] =>
  read('frames').map((frame) => fill(frame, slots, random));

const marks: Record<string, SemanticName> = {
  N: 'person_name',
  A: 'address',
  M: 'mobile',
  L: 'landline',
  P: 'plate',
  I: 'citizen_id',
  B: 'bank_card',
  U: 'uscc',
  E: 'email',
};

/** Texts written and labelled by hand; `texts-kept`: by another hand, what is missed never seen. */
export const written = (list: 'texts' | 'texts-kept'): Labelled[] =>
  read(list).map((line) => {
    const made: Labelled = { text: '', truth: [] };
    for (const [piece, mark, inside] of line.matchAll(/\{([A-Z]):([^}]*)\}|[^{]+/g)) {
      const start = made.text.length;
      made.text += inside ?? piece;
      const type = marks[mark ?? ''];
      if (type !== undefined) made.truth.push({ type, start, end: made.text.length });
    }
    return made;
  });

export interface LabelledColumn {
  truth: SemanticName | null;
  values: string[];
}

const typed: readonly SemanticName[] = [
  'citizen_id',
  'citizen_id_old',
  'uscc',
  'mobile',
  'landline',
  'plate',
  'bank_card',
  'email',
  'person_name',
  'address',
];
const columnsEach = 8;
const rowsEach = 150;

/** Words, bodies, roads and numbers that look like something else. */
const decoys: readonly ((random: Random) => string)[] = [
  (r) =>
    pick(
      r,
      '方便 高兴 张贴 温馨 常规 平安 严格 明确 应急 万元 全面 成立 安全 项目 金额 时限 方案 单位',
    ),
  (r) =>
    pick(r, '杭州方正建筑有限公司 李家园食品厂 王氏水产 高桥小学 金马幼儿园 石岩派出所 万达广场'),
  (r) => `${pick(r, roadList)}`,
  (r) => pick(r, '王家桥村 李家弄社区 高田陈村 江寺社区 金西村 华家垫村 潘水社区 祝家村 沈家里村'),
  (r) => `2026${two(r.whole(1, 12))}${two(r.whole(1, 28))}${digits(r, 10)}`,
  (r) => `1${digits(r, 12)}`,
  (r) => `${r.whole(1, 99_999)}.${digits(r, 2)}`,
  (r) => `${r.whole(1, 9)}.${r.whole(0, 9)}.${r.whole(0, 99)}`,
  (r) => `978-7-${digits(r, 3)}-${digits(r, 5)}-${digits(r, 1)}`,
  (r) => citizenId(r).replace(/.$/, (last) => (last === '7' ? '8' : '7')),
  (r) => `XS${digits(r, 16)}`,
  (r) => `第${r.whole(1, 999)}次回访，群众表示满意，已办结`,
];

/** Columns of one kind each, up to a twentieth spoilt, and columns of decoys. */
export function columns(random: Random): LabelledColumn[] {
  const spoilt = ['', '不详', '无', '待补', '见附件'];
  const makers: Partial<Record<SemanticName, (random: Random) => string>> = {
    citizen_id_old: oldId,
  };
  for (const [type, make] of Object.values(slots)) if (type !== null) makers[type] ??= make;
  const filled = (make: (random: Random) => string): string[] => {
    const dirt = random.whole(0, 5) / 100;
    return Array.from({ length: rowsEach }, () =>
      random.chance(dirt) ? random.pick(spoilt) : make(random),
    );
  };
  const many = <T>(make: () => T): T[] => Array.from({ length: columnsEach }, make);
  const named = typed.flatMap((truth) =>
    many(() => ({ truth, values: filled(makers[truth] ?? (() => '')) })),
  );
  return [
    ...named,
    ...decoys.flatMap((make) => many(() => ({ truth: null, values: filled(make) }))),
  ];
}
