import { errorTable } from '#kernel/errors';

export const cockpitErrors = errorTable('cockpit', {
  no_page: {
    status: 404,
    zh: '没有为“{unit}”这一级配置驾驶舱页面',
    en: 'No cockpit page is declared for the level of "{unit}"',
  },
  no_indicator: {
    status: 409,
    zh: '驾驶舱页面“{page}”用到的指标“{indicator}”在“{unit}”这一级还没有',
    en: 'The indicator "{indicator}" of the cockpit page "{page}" is not there at the level of "{unit}"',
  },
  indicator_unknown: {
    status: 400,
    zh: '没有指标“{indicator}”',
    en: 'There is no indicator "{indicator}"',
  },
  indicator_level: {
    status: 400,
    zh: '指标“{indicator}”不在“{level}”这一级展示',
    en: 'The indicator "{indicator}" is not shown at the level "{level}"',
  },
  steps_order: {
    status: 400,
    zh: '分档必须从“不用看”到“需要看”依次排列（指标“{indicator}”的方向是 {direction}）',
    en: 'The steps must run from calm to needing attention (direction of "{indicator}": {direction})',
  },
  level_taken: {
    status: 400,
    zh: '“{level}”一级已有驾驶舱页面“{page}”',
    en: 'The level "{level}" has the cockpit page "{page}" already',
  },
  sql_missing: {
    status: 400,
    zh: '驾驶舱页面缺少同名的 SQL 文件',
    en: 'The SQL file of the same name is missing beside the cockpit page',
  },
});
