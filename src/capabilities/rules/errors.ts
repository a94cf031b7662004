import { errorTable } from '#kernel/errors';

export const ruleErrors = errorTable('rules', {
  not_found: { status: 404, zh: '没有规则“{rule}”', en: 'There is no rule "{rule}"' },
  twice: {
    status: 400,
    zh: '规则“{name}”已由场景应用“{pack}”登记',
    en: 'The rule "{name}" is declared by the pack "{pack}" already',
  },
  no_dataset: {
    status: 400,
    zh: '没有数据资源“{dataset}”',
    en: 'There is no dataset "{dataset}"',
  },
  no_case_type: {
    status: 400,
    zh: '没有事项类型“{type}”',
    en: 'There is no case type "{type}"',
  },
  no_unit: { status: 400, zh: '没有单位“{unit}”', en: 'There is no unit "{unit}"' },
  too_many: {
    status: 422,
    zh: '规则找到的对象超过 {limit} 个，没有产生预警；请先回测、收窄规则',
    en: 'The rule finds more than {limit} things and raised nothing; back-test and narrow it first',
  },
  subject_twice: {
    status: 422,
    zh: '规则对同一对象给出了多行',
    en: 'The rule gives one subject more than one row',
  },
});
