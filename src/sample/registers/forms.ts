/** In which form each department sends its file. */
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
} as const satisfies Record<string, Form>;

export type Register = keyof typeof forms;

export const registers = Object.keys(forms) as Register[];
