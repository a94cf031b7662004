import { errorTable } from '#kernel/errors';

export const qualityErrors = errorTable('quality', {
  no_scoring: {
    status: 404,
    zh: '还没有评分办法：请在场景应用的 scoring 文件夹中登记',
    en: 'There is no scheme of scoring: declare one in the folder scoring of a pack',
  },
  scoring_twice: {
    status: 400,
    zh: '评分办法只能有一个，“{first}”已经登记',
    en: 'There can be one scheme of scoring only; "{first}" is declared already',
  },
  weights_sum: {
    status: 400,
    zh: '六类质量指标的权重之和应为 100，现为 {sum}',
    en: 'The weights of the six families must add up to 100; they add up to {sum}',
  },
});
