import { errorTable } from '#kernel/errors';

export const noticesErrors = errorTable('notices', {
  template_unknown: {
    status: 400,
    zh: '没有名为“{template}”的通知模板',
    en: 'There is no notice template "{template}"',
  },
  param_undeclared: {
    status: 400,
    zh: '模板文字用了未声明的参数“{param}”',
    en: 'The text uses the parameter "{param}", which is not declared',
  },
  not_yours: {
    status: 404,
    zh: '没有发给您的这条通知',
    en: 'There is no such notice addressed to you',
  },
});
