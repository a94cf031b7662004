import { errorTable, type Fault, GuantongError, type Params } from '#kernel/errors';

export const casesErrors = errorTable('cases', {
  not_found: { status: 404, zh: '没有找到事项 {case}', en: 'Case {case} was not found' },
  type_unknown: { status: 400, zh: '没有事项类型“{type}”', en: 'There is no case type "{type}"' },
  slot_unknown: {
    status: 400,
    zh: '事项类型没有单位“{slot}”',
    en: 'The case type has no unit called "{slot}"',
  },
  unit_unknown: { status: 400, zh: '没有编码为 {unit} 的单位', en: 'There is no unit {unit}' },
  unit_missing: {
    status: 409,
    zh: '还没有确定“{unit}”，不能派到那里',
    en: '"{unit}" is not known yet, so nothing can be sent there',
  },
  changed_meanwhile: {
    status: 409,
    zh: '事项已有新进展（第 {now} 条），请看过再办',
    en: 'The case has moved on (entry {now}); look again before you act',
  },
  task_taken: {
    status: 409,
    zh: '“{task}”已由{who}办了',
    en: '"{task}" was done already by {who}',
  },
  not_now: {
    status: 409,
    zh: '现在不能“{action}”：事项在“{step}”',
    en: '"{action}" is not possible now: the case stands at "{step}"',
  },
  not_your_task: {
    status: 403,
    zh: '“{action}”由{unit}的 {role} 办理',
    en: '"{action}" is for the role {role} of {unit}',
  },
  platform_only: {
    status: 403,
    zh: '“{item}”由平台填写，人不能指定',
    en: '"{item}" is filled in by the platform, not by people',
  },
  same_person: {
    status: 403,
    zh: '办过“{tasks}”的人不能再办这一步，须换人',
    en: 'Whoever did "{tasks}" may not do this; somebody else has to',
  },
  too_often: {
    status: 409,
    zh: '“{action}”最多 {max} 次（{source}）',
    en: '"{action}" is possible {max} times at most ({source})',
  },
  ambiguous_task: {
    status: 400,
    zh: '有 {count} 个待办都能“{action}”，请指明是哪一个',
    en: '{count} tasks allow "{action}"; say which one',
  },
  bad_form: { status: 400, zh: '表单有 {count} 处要改', en: 'The form has {count} faults' },
  field_missing: { status: 400, zh: '“{field}”必填', en: '"{field}" is required' },
  field_unknown: { status: 400, zh: '没有“{field}”这一项', en: 'There is no field "{field}"' },
  field_wrong: {
    status: 400,
    zh: '“{field}”应为{expected}',
    en: '"{field}" should be {expected}',
  },
  reason_missing: { status: 400, zh: '须写明原因', en: 'A reason is required' },
  photo_missing: { status: 400, zh: '须附照片', en: 'A photo is required' },
  attachment_unknown: {
    status: 400,
    zh: '附件 {sha256} 没有上传',
    en: 'Attachment {sha256} was not uploaded',
  },
  attachment_type: {
    status: 415,
    zh: '只收 JPEG、PNG、WebP 照片',
    en: 'Only photos in JPEG, PNG or WebP are taken',
  },
  attachment_empty: { status: 400, zh: '没有收到文件', en: 'No file was received' },
  step_homeless: {
    status: 400,
    zh: '第 {version} 版有 {open} 件事项停在“{step}”，新版没有它的去处，请在 revision.steps 中写明',
    en: '{open} cases of version {version} stand at "{step}", and the new version has no place for it: name one in revision.steps',
  },
  cases_homeless: {
    status: 409,
    zh: '事项类型“{type}”的新版不能启用：在办事项有 {count} 处没有去处',
    en: 'The new version of "{type}" cannot be applied: {count} places where cases stand are missing',
  },
  revision_idle: {
    status: 400,
    zh: 'revision.running 为 finish 时，事项不转入新版，steps、tasks 无用',
    en: 'With revision.running finish no case moves, so steps and tasks say nothing',
  },
  delegate_unknown: {
    status: 400,
    zh: '没有能办理事项的账号“{account}”',
    en: 'There is no account "{account}" that can act on cases',
  },
  delegate_self: { status: 400, zh: '不能委托给自己', en: 'You cannot hand over to yourself' },
  delegate_blind: {
    status: 403,
    zh: '受托人看不到{unit}的事项，不能代办；请委托给同单位或上级单位的人',
    en: 'That person does not see the cases of {unit}; choose somebody of the same unit or above',
  },
  delegate_excluded: {
    status: 403,
    zh: '您与受托人的角色不能由一人兼任，不能互相代办',
    en: 'Your roles and theirs may not be held by one person, so they cannot act for you',
  },
  delegation_past: {
    status: 400,
    zh: '结束时间应晚于开始时间，且在现在之后',
    en: 'The end must be after the start, and after now',
  },
  delegation_twice: {
    status: 409,
    zh: '这段时间已委托他人，请先收回',
    en: 'You have handed over for part of that time already; take that back first',
  },
  delegation_unknown: {
    status: 404,
    zh: '没有可收回的委托',
    en: 'There is no delegation of yours to take back',
  },
  pack_fault: { status: 400, zh: '{what}', en: '{what}' },
  step_unknown: { status: 400, zh: '没有步骤“{step}”', en: 'There is no step "{step}"' },
  step_unreachable: {
    status: 400,
    zh: '从起始步骤走不到“{step}”',
    en: 'Step "{step}" cannot be reached from the first one',
  },
  step_dead_end: {
    status: 400,
    zh: '从“{step}”走不到任何结束步骤',
    en: 'No final step can be reached from "{step}"',
  },
  task_stuck: {
    status: 400,
    zh: '任务“{task}”没有能办完它的操作',
    en: 'Task "{task}" has no action that completes it or moves the case',
  },
  task_never: {
    status: 400,
    zh: '任务“{task}”从不打开',
    en: 'Task "{task}" is never opened',
  },
  next_missing: {
    status: 400,
    zh: '步骤“{step}”的任务办完后没有去处（缺 next）',
    en: 'Step "{step}" leads nowhere when its tasks are done (no next)',
  },
  clock_idle: {
    status: 400,
    zh: '时限“{clock}”到期后没有任何后果',
    en: 'Clock "{clock}" has no consequence when it ends',
  },
  name_unknown: {
    status: 400,
    zh: '{what}“{name}”不存在',
    en: 'There is no {what} "{name}"',
  },
});

/** A refusal whose words differ by language: titles of packs stand in each text in its own. */
export function refusal(
  key: keyof typeof casesErrors.entries,
  zh: Params,
  en: Params,
  faults: Fault[] = [],
): GuantongError {
  const error = casesErrors.make(key, zh, faults);
  const text = { zh: error.text.zh, en: casesErrors.make(key, en).text.en };
  return new GuantongError(error.code, error.status, text, faults);
}
