/** Meanings that point at a person. */
import {
  bankCard,
  cardShape,
  citizenId,
  citizenShape,
  oldCitizenId,
  oldCitizenShape,
} from './digits.ts';
import { matches, patternRule, type Semantic } from './entry.ts';
import { surnamePattern } from './surnames.ts';

const provinceSigns = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]';
const plateSign = '[A-HJ-NP-Z0-9]';
const plateShape = `${provinceSigns}[A-HJ-NP-Z](?:${plateSign}{5}|${plateSign}{4}[挂学警港澳]|[ABCDEFGHJK]${plateSign}\\d{4}|\\d{5}[DF])`;

/** GA 36: seven signs with at most two letters among the last five; eight of new energy. */
const plate = (raw: string): string =>
  `(${matches(raw, plateShape)} and (length(${raw}) = 8 or ${raw}[7] > '~'
    or length(regexp_replace(${raw}[3:7], '[^A-Z]', '', 'g')) <= 2))`;

const passportShape = '(?:[EGDSPH]\\d{8}|E[A-HJ-NP-Z]\\d{7}|[DSP]E\\d{7}|14\\d{7}|15\\d{7})';
const permitShape = '(?:[HMhm]\\d{8}(?:\\d{2})?|\\d{8}(?:\\d{2})?|[CWcw][A-Za-z0-9]\\d{7})';

const idHeader = /身份证|证件号|公民身份|居民身份|idcard|id_?card|citizen_?id|^sfz/i;

/** Headers of people's names. */
const nameHeader = new RegExp(
  [
    '姓名|联系人|负责人|责任人|经办人|当事人|法人代表|法定代表人|户主|申请人|报警人',
    '来电人|发言人|记录人|联系干部|干部|persons?_?name|full_?name',
  ].join('|'),
  'i',
);

export const people = {
  citizen_id: {
    title: { zh: '居民身份证号', en: 'Citizen id' },
    standard: 'GB 11643-1999',
    example: '330109188001010013',
    grade: 'L4',
    personal: 'sensitive',
    type: 'text',
    rule: {
      good: (raw, _item, today) => citizenId(raw, today),
      expected: {
        zh: '应为有效的 18 位居民身份证号（出生日期和校验码都要对）',
        en: 'a valid 18-digit citizen id (birth date and check digit)',
      },
    },
    known: {
      shape: citizenShape,
      sure: citizenId,
      header: idHeader,
      hinted: 0.5,
      alone: 0.7,
    },
  },
  citizen_id_old: {
    title: { zh: '15 位旧身份证号', en: 'Citizen id of 15 digits' },
    standard: 'GB 11643-1989',
    example: '110105491231002',
    grade: 'L4',
    personal: 'sensitive',
    type: 'text',
    rule: {
      good: (raw, _item, today) => oldCitizenId(raw, today),
      expected: {
        zh: '应为 15 位旧身份证号（出生日期要对）',
        en: 'a citizen id of 15 digits (birth date)',
      },
    },
    // Fifteen digits are a grid code as well: only the header can tell.
    known: { shape: oldCitizenShape, sure: oldCitizenId, header: idHeader, hinted: 0.5 },
  },
  bank_card: {
    title: { zh: '银行卡号', en: 'Bank card number' },
    standard: 'ISO/IEC 7812-1',
    example: '6222020000000000018',
    grade: 'L4',
    personal: 'sensitive',
    type: 'text',
    rule: {
      good: (raw) => bankCard(raw),
      expected: { zh: '应为有效的银行卡号（校验位要对）', en: 'a valid card number (check digit)' },
    },
    known: {
      shape: cardShape,
      sure: bankCard,
      header: /银行卡|卡号|账号|帐号|银行账户|存折|bank_?(card|account)|card_?no/i,
      hinted: 0.5,
      alone: 0.9,
      various: 3,
    },
  },
  plate: {
    title: { zh: '车牌号', en: 'Vehicle plate' },
    standard: 'GA 36-2018',
    example: '浙A12345',
    grade: 'L3',
    personal: 'ordinary',
    type: 'text',
    rule: {
      good: (raw) => plate(raw),
      expected: {
        zh: '应为有效的车牌号（含新能源 8 位）',
        en: 'a valid plate (8 signs of new energy too)',
      },
    },
    known: {
      shape: plateShape,
      sure: plate,
      header: /车牌|号牌|plate/i,
      hinted: 0.5,
      alone: 0.7,
      mistaken: 0.0001,
    },
  },
  passport: {
    title: { zh: '护照号', en: 'Passport number' },
    standard: 'GA 1180',
    example: 'E00000000',
    grade: 'L4',
    personal: 'sensitive',
    type: 'text',
    rule: patternRule(passportShape, '应为中国护照号码', 'a Chinese passport number'),
    known: { shape: passportShape, header: /护照|passport/i, hinted: 0.5 },
  },
  travel_permit: {
    title: { zh: '港澳台通行证号', en: 'Travel permit number' },
    example: 'H00000000',
    grade: 'L4',
    personal: 'sensitive',
    type: 'text',
    rule: patternRule(permitShape, '应为往来内地、港澳或台湾通行证号', 'a travel permit number'),
    known: { shape: permitShape, header: /通行证|回乡证|台胞证|permit/i, hinted: 0.5 },
  },
  person_name: {
    title: { zh: '自然人姓名', en: 'Name of a person' },
    example: '王某某',
    grade: 'L3',
    personal: 'ordinary',
    type: 'text',
    known: {
      shape: `(?:${surnamePattern})\\p{Han}{1,2}|\\p{Han}{1,8}[·•]\\p{Han}{1,12}|\\p{Han}\\p{Han}?[*＊某]{1,2}`,
      // Roads and villages are named after families too.
      sure: (raw) => `not regexp_matches(${raw}, '^...?[路街巷弄村镇乡区港桥河]$')`,
      header: nameHeader,
      never: /单位|部门|机构|街道|道路|小区|名称|城市|地址/,
      hinted: 0.6,
      alone: 0.95,
      various: 20,
      mistaken: 0.02,
    },
  },
  birth_date: {
    title: { zh: '出生日期', en: 'Date of birth' },
    example: '1880-01-01',
    grade: 'L3',
    personal: 'ordinary',
    known: {
      shape: '.*\\d.*',
      header: /出生(日期|年月)|生日|birth/i,
      hinted: 0.5,
    },
  },
} satisfies Record<string, Semantic>;
