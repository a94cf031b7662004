/** In which form each department sends its file. */
import type { Bilingual } from '#kernel/errors';
import type { Dialect } from '../files.ts';

export interface Form extends Dialect {
  file: string;
  /** How dates are written; `2026-11-20` when absent. */
  dates?: 'slash' | 'digits';
}

/** In the order in which they should land: people and firms before what refers to them. */
export const forms = {
  residents: { file: '公安分局-户籍人口.csv', format: 'gbk', dates: 'digits' },
  households: { file: '公安分局-户.csv', format: 'gbk', dates: 'digits' },
  residence_permits: { file: '公安分局-流动人口居住登记.csv', format: 'utf8', newline: '\n' },
  firms: { file: '区市场监管局-市场主体.txt', format: 'utf8', delimiter: '|', newline: '\n' },
  deaths: { file: '区卫生健康局-死亡医学证明.csv', format: 'utf8-bom', dates: 'slash' },
  low_income_aid: {
    file: '区民政局-最低生活保障对象.xlsx',
    format: 'xlsx',
    preamble: ['萧山区最低生活保障对象花名册（示例数据）'],
  },
  elder_allowance: {
    file: '区民政局-高龄津贴.csv',
    format: 'gbk',
    preamble: ['高龄津贴发放明细（示例数据）'],
    dates: 'slash',
  },
  social_insurance: { file: '区人力社保局-职工养老参保.csv', format: 'gbk' },
  medical_insurance: {
    file: '区医保局-基本医保参保.txt',
    format: 'utf8',
    delimiter: '\t',
    newline: '\n',
  },
  disabled_persons: { file: '区残联-持证残疾人.csv', format: 'gbk', dates: 'slash' },
  veterans: { file: '区退役军人局-建档立卡.xlsx', format: 'xlsx' },
  farmland_subsidy: {
    file: '区农业农村局-耕地地力保护补贴.csv',
    format: 'gbk',
    preamble: ['2026年耕地地力保护补贴发放清册（示例数据）', '单位：亩、元'],
  },
  births: { file: '区卫生健康局-出生医学证明.csv', format: 'utf8-bom', dates: 'slash' },
  marriages: { file: '区民政局-婚姻登记.csv', format: 'gbk', dates: 'digits' },
  properties: { file: '规划资源分局-不动产登记.csv', format: 'gbk', delimiter: ';' },
  vehicles: { file: '公安分局-机动车.txt', format: 'utf8', delimiter: '|', dates: 'digits' },
  schools: { file: '区教育局-学校名录.xlsx', format: 'xlsx' },
  students: { file: '区教育局-中小学学籍.csv', format: 'utf8-bom' },
  medical_institutions: { file: '区卫生健康局-医疗机构.xlsx', format: 'xlsx' },
  tax_payers: { file: '区税务局-纳税人登记.txt', format: 'gbk', delimiter: '\t' },
  food_licences: { file: '区市场监管局-食品经营许可.csv', format: 'utf8', newline: '\n' },
  firm_credit: { file: '区发改局-企业公共信用评价.csv', format: 'utf8' },
  penalties: { file: '区综合执法局-行政处罚.csv', format: 'gbk', dates: 'slash' },
  permits: { file: '区政务服务办-行政许可.csv', format: 'utf8-bom' },
  power_use: {
    file: '区经信局-企业用电.csv',
    format: 'gbk',
    preamble: ['企业用电月报（示例数据）'],
  },
  building_sites: {
    file: '区住建局-在建工地.xlsx',
    format: 'xlsx',
    preamble: ['在建工地一览表（示例数据）'],
  },
  traffic_flow: { file: '区交通运输局-路口流量.csv', format: 'utf8', newline: '\n' },
  weather_observations: {
    file: '区气象局-逐时观测.csv',
    format: 'utf8',
    delimiter: ';',
    newline: '\n',
  },
  cameras: { file: '区委政法委-公共视频点位.csv', format: 'utf16', delimiter: '\t' },
  grid_workers: { file: '区委政法委-网格员.xlsx', format: 'xlsx' },
  hydrants: { file: '区消防救援大队-市政消火栓.csv', format: 'gbk', dates: 'slash' },
  emergency_shelters: { file: '区应急管理局-避灾安置场所.xlsx', format: 'xlsx' },
  venues: { file: '区文广旅体局-文体场馆.csv', format: 'utf8-bom' },
} as const satisfies Record<string, Form>;

export type Register = keyof typeof forms;

export const registers = Object.keys(forms) as Register[];

/** The same in the order of delivery, a few at a time, as a filling reports them. */
export const registerGroups: { name: string; title: Bilingual; registers: Register[] }[] = [
  {
    name: 'people',
    title: { zh: '人口与家庭', en: 'People and homes' },
    registers: ['residents', 'households', 'residence_permits', 'deaths', 'births', 'marriages'],
  },
  {
    name: 'help',
    title: { zh: '民生救助', en: 'Help for those who need it' },
    registers: [
      'low_income_aid',
      'elder_allowance',
      'disabled_persons',
      'veterans',
      'farmland_subsidy',
    ],
  },
  {
    name: 'work',
    title: { zh: '社保、医疗与教育', en: 'Insurance, health and schools' },
    registers: [
      'social_insurance',
      'medical_insurance',
      'medical_institutions',
      'schools',
      'students',
    ],
  },
  {
    name: 'firms',
    title: { zh: '市场主体与信用', en: 'Firms and their credit' },
    registers: [
      'firms',
      'tax_payers',
      'food_licences',
      'firm_credit',
      'penalties',
      'permits',
      'power_use',
    ],
  },
  {
    name: 'property',
    title: { zh: '房屋与车辆', en: 'Homes and vehicles' },
    registers: ['properties', 'vehicles', 'building_sites'],
  },
  {
    name: 'city',
    title: { zh: '城市运行与应急', en: 'City and emergencies' },
    registers: [
      'cameras',
      'grid_workers',
      'hydrants',
      'emergency_shelters',
      'venues',
      'traffic_flow',
      'weather_observations',
    ],
  },
];
