/** Meanings that point at an organisation. */
import { creditCode, creditLayout, organisationCode } from './digits.ts';
import type { Semantic } from './entry.ts';

const bodyEnds =
  '公司|集团|厂|店|局|委|办|办公室|中心|医院|卫生院|学校|小学|中学|大学|幼儿园|派出所|支队|大队|中队|街道|镇|乡|村委会|居委会|合作社|协会|学会|基金会|商会|银行|支行|分局|分公司|研究院|研究所|事务所|委员会|政府|部|处|科|所|站|队|社|馆|院|村|社区|坊|行|超市|餐厅|酒店|经营部|工作室';

export const bodies = {
  uscc: {
    title: { zh: '统一社会信用代码', en: 'Unified social credit code' },
    standard: 'GB 32100-2015',
    example: '91330109MA2ABCD13L',
    grade: 'L2',
    type: 'text',
    rule: {
      good: (raw) => creditCode(raw),
      expected: {
        zh: '应为有效的 18 位统一社会信用代码（校验码要对）',
        en: 'a valid unified social credit code of 18 signs (check sign)',
      },
    },
    known: {
      shape: creditLayout,
      sure: (raw) => creditCode(raw),
      header: /信用代码|信用码|社会代码|uscc|credit_?code/i,
      hinted: 0.5,
      alone: 0.7,
    },
  },
  organisation_code: {
    title: { zh: '组织机构代码', en: 'Organisation code' },
    standard: 'GB 11714-1997',
    example: '002489401',
    grade: 'L2',
    type: 'text',
    rule: {
      good: (raw) => organisationCode(raw),
      expected: {
        zh: '应为有效的 9 位组织机构代码（校验码要对）',
        en: 'a valid organisation code of 9 signs (check sign)',
      },
    },
    known: {
      shape: '[0-9A-Z]{8}-?[0-9X]',
      sure: (raw) => organisationCode(raw),
      header: /组织机构代码|机构代码/i,
      hinted: 0.5,
      alone: 0.95,
      various: 20,
    },
  },
  unit_code: {
    title: { zh: '单位编码', en: 'Unit code' },
    example: '330109-zhzf',
    grade: 'L1',
    type: 'text',
    known: {
      shape: '\\d{6}-[a-z][a-z0-9]*|\\d{6}(?:\\d{3})?',
      header: /(单位|部门|机构|承办方|属主).*(编码|代码)|unit_?code|dept_?code/i,
      hinted: 0.6,
    },
  },
  organisation_name: {
    title: { zh: '机构名称', en: 'Name of an organisation' },
    example: '区综合执法局',
    grade: 'L1',
    type: 'text',
    known: {
      shape: `[\\p{Han}A-Za-z0-9（）()·、\\- ]{1,58}(?:${bodyEnds})(?:[（(].*[)）])?`,
      header:
        /单位|部门|机构|机关|企业|公司|法人名称|派出所|医院|学校|主管|organi[sz]ation|company|dept_?name/i,
      never: /编码|代码|电话|地址|类型|类别|性质|级别|等级|职工|人数|信用/,
      hinted: 0.5,
      alone: 0.9,
      various: 5,
    },
  },
} satisfies Record<string, Semantic>;
