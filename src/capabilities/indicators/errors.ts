import { errorTable } from '#kernel/errors';

export const indicatorErrors = errorTable('indicators', {
  not_found: {
    status: 404,
    zh: '没有指标“{indicator}”',
    en: 'There is no indicator "{indicator}"',
  },
  twice: {
    status: 400,
    zh: '指标“{name}”已由场景应用“{pack}”登记',
    en: 'The indicator "{name}" is declared by the pack "{pack}" already',
  },
  unknown_owner: {
    status: 400,
    zh: '没有单位“{owner}”',
    en: 'There is no unit "{owner}"',
  },
  level: {
    status: 404,
    zh: '指标“{indicator}”不在“{unit}”这一级展示',
    en: 'The indicator "{indicator}" is not shown at the level of "{unit}"',
  },
});
