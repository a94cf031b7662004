/**
 * Values with a truth that the recogniser did not make: worked examples of the standards, numbers
 * composed by the sample's generator or by hand here, and values that only look like them.
 */
import { citizenId, creditCode, firmCode, mobileNumber, type Random } from '#sample';

export type Scored = 'citizen_id' | 'uscc' | 'mobile' | 'landline' | 'plate' | 'bank_card';

export const scored: readonly Scored[] = [
  'citizen_id',
  'uscc',
  'mobile',
  'landline',
  'plate',
  'bank_card',
];

const digits = (random: Random, size: number): string =>
  Array.from({ length: size }, () => random.whole(0, 9)).join('');
const two = (value: number): string => String(value).padStart(2, '0');

/** Luhn, told as for schoolchildren: every second digit from the right is doubled. */
function luhn(body: string): string {
  const total = [...body].reverse().reduce((sum, sign, at) => {
    const twice = Number(sign) * 2;
    return sum + (at % 2 === 1 ? Number(sign) : twice > 9 ? twice - 9 : twice);
  }, 0);
  return String((10 - (total % 10)) % 10);
}

const card = (random: Random): string => {
  const [start, size] = random.pick([
    ['622202', 19],
    ['621700', 19],
    ['625804', 16],
    ['436742', 16],
    ['524094', 16],
  ] as const);
  const body = start + digits(random, size - 1 - start.length);
  return body + luhn(body);
};

const plateLetters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];
const plate = (random: Random): string => {
  const head = `${random.pick(['浙', '沪', '苏', '皖', '京'])}${random.pick(plateLetters)}`;
  const number = digits(random, 5);
  const kind = random.whole(0, 3);
  if (kind === 0) return head + number;
  if (kind === 1) return `${head}${random.pick(['D', 'F'])}${number}`;
  if (kind === 2) return `${head}${number}${random.pick(['D', 'F'])}`;
  return `${head}${random.pick(plateLetters)}${number.slice(0, 3)}${random.pick(plateLetters)}`;
};

const landline = (random: Random): string =>
  `${random.pick(['0571-', '0571', '010-', '021-'])}${random.whole(2, 8)}${digits(random, 7)}`;

/** A valid value of a kind. */
export const valid: Record<Scored, (random: Random) => string> = {
  citizen_id: citizenId,
  uscc: (random) =>
    random.chance(0.5)
      ? creditCode(random.whole(0, 9999))
      : firmCode(random.pick(['company', 'single', 'cooperative']), random.whole(0, 999_999)),
  mobile: mobileNumber,
  landline,
  plate,
  bank_card: card,
};

/** Worked examples of the standards: what is valid, and what is not. */
export const worked: Record<Scored, { good: string[]; bad: string[] }> = {
  citizen_id: {
    good: [
      '11010519491231002X',
      '440524188001010014',
      '330109188001010013',
      '330109188001010021',
      '33010918800101003X',
      '330112188002290035',
      '339005188006150071',
    ],
    bad: [
      '330109190002290013',
      '330109188013010010',
      '330109209912310017',
      '330109188001010014',
      '110105194912310021',
    ],
  },
  uscc: {
    good: [
      '91350100M000100Y43',
      '91330100799655058B',
      '9144030071526726XG',
      '91330109MA2ABCD13L',
      '113301090024894013',
      '52330109MJ9123452H',
      '92330108MA2TE5T01K',
      '93330112MA2ABCD13Q',
    ],
    bad: ['91330109MA2ABCD13M', '91330109MA2ABCI13L', '91350100M000100Y44'],
  },
  mobile: { good: ['13800138000'], bad: ['12345678901', '1380013800'] },
  landline: { good: ['0571-82620000'], bad: ['0571-12345'] },
  plate: {
    good: ['浙A12345', '浙AB12C3', '浙A1234警', '浙A1234学', '浙AD12345', '浙A12345D'],
    bad: ['浙AI2345', '浙A1234', '浙AABC12', '浙AD1234D'],
  },
  bank_card: { good: ['4111111111111111', '6222020000000000018'], bad: ['4111111111111112'] },
};

/** One digit told wrong: what a tired hand does. A check digit sees every one of them. */
const slip = (random: Random, value: string): string => {
  const places = [...value].map((_, at) => at).filter((at) => /\d/.test(value[at] ?? ''));
  const at = random.pick(places);
  const other = (Number(value[at]) + random.whole(1, 9)) % 10;
  return value.slice(0, at) + other + value.slice(at + 1);
};

/** Eighteen digits that begin with a day: numbers of orders, not of people. */
const order = (random: Random): string =>
  `20${random.whole(20, 26)}${two(random.whole(1, 12))}${two(random.whole(1, 28))}${digits(random, 10)}`;

/** Values that are none of a kind and look like it. */
export const lookalike: Record<Scored, readonly ((random: Random) => string)[]> = {
  citizen_id: [
    (random) => slip(random, citizenId(random)),
    order,
    (random) => `330109${digits(random, 4)}13${digits(random, 6)}`,
    (random) => citizenId(random).slice(0, 17),
  ],
  uscc: [
    (random) => slip(random, creditCode(random.whole(0, 9999))),
    order,
    (random) => `ORD-${digits(random, 14)}`,
    (random) => creditCode(random.whole(0, 9999)).slice(0, 17),
  ],
  mobile: [
    (random) => `12${digits(random, 9)}`,
    (random) => `1${random.whole(3, 9)}${digits(random, 8)}`,
    (random) => `1${random.whole(3, 9)}${digits(random, 10)}`,
    (random) => `2${digits(random, 10)}`,
  ],
  landline: [
    (random) => digits(random, 8).replace(/^0/, '1'),
    (random) => `0571-1${digits(random, 4)}`,
    (random) => `2026-${digits(random, 4)}`,
  ],
  plate: [
    (random) => `浙${random.pick(['I', 'O'])}${digits(random, 5)}`,
    (random) => `浙A${digits(random, 4)}`,
    (random) => `东A${digits(random, 5)}`,
    (random) => `浙AABC${digits(random, 2)}`,
  ],
  bank_card: [
    (random) => slip(random, card(random)),
    (random) => `3301090101${digits(random, 6)}`,
    (random) => `${random.whole(7, 9)}${digits(random, 17)}`,
    (random) => card(random).slice(0, 12),
  ],
};

/** Whole columns that are none of the kinds, under headers that say nothing. */
export const decoys: readonly ((random: Random) => string)[] = [
  order,
  (random) => `12${digits(random, 9)}`,
  // A serial that counts upwards within the numbers of telephones would pass: this one has 12.
  (random) => `1${random.whole(3, 9)}${digits(random, 10)}`,
  (random) => `3301090101${digits(random, 6)}`,
  (random) => `330109004${random.whole(200, 230)}00${random.whole(1, 9)}`,
  (random) => `17${digits(random, 11)}`,
  (random) => `6${digits(random, 15)}`,
  (random) => `86${digits(random, 13)}`,
  (random) => digits(random, 18).replace(/^0/, '9'),
  (random) => `${random.pick(['浙', '东', '北'])}${digits(random, 6)}`,
  (random) => `GT${digits(random, 16)}`,
  (random) => digits(random, 9),
  (random) => `${random.whole(2, 8)}${digits(random, 6)}`,
];
