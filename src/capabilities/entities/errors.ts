import { errorTable } from '#kernel/errors';

export const entitiesErrors = errorTable('entities', {
  item_unknown: {
    status: 400,
    zh: '地址库声明引用了不存在的信息项“{item}”',
    en: 'The address library names an item that does not exist: "{item}"',
  },
});
