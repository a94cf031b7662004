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
  host_not_listed: {
    status: 403,
    zh: '不允许推送到 {host}，请在设置 push_hosts 中登记',
    en: 'Nothing is pushed to {host}; list it in the setting push_hosts',
  },
  address_forbidden: {
    status: 403,
    zh: '{host} 指向内部或保留地址，不能推送',
    en: '{host} leads to a private or reserved address; nothing is pushed there',
  },
  channel_unknown: {
    status: 400,
    zh: '没有名为“{channel}”的推送渠道',
    en: 'There is no channel "{channel}"',
  },
  not_stuck: {
    status: 404,
    zh: '没有待发或已放弃的推送 {id}',
    en: 'No push {id} waits or was given up',
  },
  not_yours: {
    status: 404,
    zh: '没有发给您的这条通知',
    en: 'There is no such notice addressed to you',
  },
});
