import { errorTable } from '#kernel/errors';

export const signalsErrors = errorTable('signals', {
  not_found: { status: 404, zh: '没有找到信号 {id}', en: 'Signal {id} was not found' },
  wrong_state: {
    status: 409,
    zh: '信号已经处理过或已消除，这一步不能再办，请看过再办',
    en: 'The signal was handled or cleared: this step is not possible any more; look again',
  },
  changed_meanwhile: {
    status: 409,
    zh: '信号已有变化，请看过再办',
    en: 'The signal has changed; look again before you act',
  },
  unit_unknown: { status: 400, zh: '没有编码为 {unit} 的单位', en: 'There is no unit {unit}' },
  silence_past: { status: 400, zh: '静默须到将来的时间', en: 'Silence has to end in the future' },
});
