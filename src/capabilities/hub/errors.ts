import { errorTable } from '#kernel/errors';

export const hubErrors = errorTable('hub', {
  channel_unknown: {
    status: 400,
    zh: '没有渠道“{channel}”',
    en: 'There is no channel "{channel}"',
  },
  channel_closed: {
    status: 409,
    zh: '渠道“{channel}”不接收这种方式的报件',
    en: 'The channel "{channel}" takes no reports this way',
  },
  channel_not_yours: {
    status: 403,
    zh: '渠道“{channel}”不由您的角色报件',
    en: 'The channel "{channel}" does not take reports from your role',
  },
  number_not_taken: {
    status: 400,
    zh: '渠道“{channel}”的编号由平台给，不能自己填',
    en: 'Numbers of the channel "{channel}" are given by the platform, not typed',
  },
  role_unknown: {
    status: 400,
    zh: '没有角色“{role}”',
    en: 'There is no role "{role}"',
  },
  rating_final: {
    status: 409,
    zh: '评价已改过 {changes} 次或已过 {days} 天，不能再改',
    en: 'The rating was changed {changes} times or is {days} days old and stands now',
  },
  photo_missing: { status: 400, zh: '没有收到照片', en: 'No photo was received' },
  no_desk: {
    status: 409,
    zh: '还没有坐席配置，请先应用场景包',
    en: 'No desk is configured yet; apply a pack first',
  },
  report_twice: {
    status: 409,
    zh: '报件 {ref} 已由另一处送入',
    en: 'Report {ref} was handed in by somebody else',
  },
  report_unknown: { status: 404, zh: '没有报件 {report}', en: 'There is no report {report}' },
  event_unknown: { status: 404, zh: '没有事件 {event}', en: 'There is no event {event}' },
  join_self: { status: 409, zh: '不能与自己并案', en: 'An event cannot be joined to itself' },
  join_closed: {
    status: 409,
    zh: '{event} 已经派遣或办结，不能再并入其他事件',
    en: '{event} was dispatched or closed already and cannot be joined into another',
  },
  not_joined: { status: 409, zh: '{report} 不在并案中', en: '{report} is not joined' },
  place_needed: {
    status: 409,
    zh: '地址没有落到网格，请先指定网格再派遣',
    en: 'The address did not reach a grid; choose the grid before dispatching',
  },
  unit_unknown: { status: 400, zh: '没有单位 {unit}', en: 'There is no unit {unit}' },
  item_unknown: {
    status: 400,
    zh: '数据集 {dataset} 没有信息项“{item}”',
    en: 'Dataset {dataset} has no item "{item}"',
  },
  dataset_unknown: { status: 400, zh: '没有数据集“{dataset}”', en: 'No dataset "{dataset}"' },
  not_answered: {
    status: 409,
    zh: '还没有答复，答复之后才能评价',
    en: 'It was not answered yet; it can be rated after the answer',
  },
  not_reporter: {
    status: 403,
    zh: '只有报事人本人或回访坐席能评价',
    en: 'Only the reporter, or a seat that called back, may rate',
  },
});
