import { errorTable } from '#kernel/errors';

export const configErrors = errorTable('config', {
  bad_settings: {
    status: 400,
    zh: '有 {count} 个设置不对，请改正后再启动',
    en: '{count} settings are wrong; mend them and start again',
  },
  bad_value: {
    status: 400,
    zh: '设置 {name}（环境变量 {env}）的值不对：{detail}',
    en: 'Setting {name} (environment {env}) has a wrong value: {detail}',
  },
  unknown: {
    status: 400,
    zh: '没有名为 {name} 的设置；`guantong settings` 列出全部设置',
    en: 'There is no setting named {name}; `guantong settings` lists them all',
  },
});
