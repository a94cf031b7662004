import { errorTable } from '#kernel/errors';

export const gateErrors = errorTable('gate', {
  not_granted: {
    status: 403,
    zh: '查询用到 {count} 处您不能读取的数据',
    en: 'The query uses {count} things you may not read',
  },
  item_not_granted: {
    status: 403,
    zh: '您的身份看不到“{dataset}”的信息项“{item}”',
    en: 'Your role does not see the item "{item}" of "{dataset}"',
  },
  dataset_not_granted: {
    status: 403,
    zh: '您的身份看不到“{dataset}”的任何信息项',
    en: 'Your role sees no item of "{dataset}"',
  },
  dataset_not_found: {
    status: 404,
    zh: '没有名为“{dataset}”的数据资源',
    en: 'There is no dataset named "{dataset}"',
  },
  item_unknown: {
    status: 400,
    zh: '没有信息项“{item}”',
    en: 'There is no item "{item}"',
  },
  column_missing: {
    status: 400,
    zh: 'SQL 没有给出列“{column}”',
    en: 'The SQL does not give the column "{column}"',
  },
  grade_too_high: {
    status: 400,
    zh: '列“{column}”来自高于 {most} 的信息项，或来源无法追踪',
    en: 'The column "{column}" comes from items above {most}, or cannot be traced',
  },
  item_counted: {
    status: 403,
    zh: '“{dataset}”的“{item}”只供汇总：从这一张表按 {by} 分组，用 count、sum、avg，每组不少于 {least} 人',
    en: 'The item "{item}" of "{dataset}" may only be counted: from this one dataset, grouped by {by}, with count, sum and avg, {least} persons a group at least',
  },
  counting_refused: {
    status: 403,
    zh: '汇总查询有 {count} 处会露出个人',
    en: 'The query counts in {count} ways that could tell of one person',
  },
  counting_form: {
    status: 403,
    zh: '只供汇总的信息项不能和 {what} 一起用；请在外层查询里用',
    en: 'What may only be counted does not go with {what}; use it in a query around the counts',
  },
  counting_group: {
    status: 403,
    zh: '汇总只能按信息项本身、它的开头几位或年月分组',
    en: 'Counts are grouped by items as they are, by how they begin, or by year and month',
  },
  counting_item: {
    status: 403,
    zh: '“{dataset}”不能按“{item}”分组、筛选或列出，只能按 {by}',
    en: 'What is counted of "{dataset}" cannot be listed, grouped or filtered by "{item}", only by {by}',
  },
  counting_aggregate: {
    status: 403,
    zh: '{name} 会露出单个值；只供汇总的信息项只能整项用 count、sum、avg',
    en: '{name} could tell a single value; what may only be counted takes count, sum and avg of a whole item',
  },
  counting_measure: {
    status: 403,
    zh: '您不能汇总“{dataset}”的“{item}”',
    en: 'You may not count the item "{item}" of "{dataset}"',
  },
  least_missing: {
    status: 400,
    zh: '“counted”须写明每组最少人数（least），别的方式不写',
    en: '"counted" says how many persons a group has at least (least); other treatments do not',
  },
  query_failed: {
    status: 400,
    zh: '查询没有成功：{reason_zh}。为保护数据，不显示出错的值',
    en: 'The query failed: {reason_en}. The value at fault is not shown, to protect the data',
  },
  materialise_person: {
    status: 403,
    zh: '“{by}”只由平台自己计算',
    en: '"{by}" is computed by the platform itself only',
  },
  discovery_running: {
    status: 409,
    zh: '已有一次识别正在进行，等它结束或先停止',
    en: 'Discovery is running already; wait for it or stop it first',
  },
  discovery_not_running: {
    status: 409,
    zh: '这次识别已经结束',
    en: 'This run has ended already',
  },
  grading_refused: {
    status: 400,
    zh: '有 {count} 个信息项不能这样定级',
    en: '{count} items cannot be graded so',
  },
  grading_lower: {
    status: 400,
    zh: '“{item}”现为 {grade}，调低须走降级审批',
    en: '"{item}" is {grade}; lowering it takes an approved declassification',
  },
  grading_not_submitted: {
    status: 409,
    zh: '“{item}”没有待确认的提议',
    en: 'Nothing is waiting for confirmation at "{item}"',
  },
  grading_laxer: {
    status: 400,
    zh: '“{item}”提出的是 {grade}；确认时只能调高，要调低请不采纳，由提出人重提',
    en: '"{item}" was put forward as {grade}; whoever confirms may only raise it: refuse it to have less put forward',
  },
  grading_own: {
    status: 403,
    zh: '“{item}”由本人提出，须由他人确认',
    en: 'You put "{item}" forward yourself; somebody else has to confirm it',
  },
  purpose_missing: {
    status: 400,
    zh: '读取数据必须说明用途',
    en: 'State the purpose of reading',
  },
  grant_invalid: {
    status: 403,
    zh: '授权 {grant} 不存在、已到期、已收回，或不是给您的',
    en: 'The grant {grant} does not exist, has expired, was revoked, or is not yours',
  },
  grant_purpose: {
    status: 403,
    zh: '授权 {grant} 的用途是“{purpose}”',
    en: 'The grant {grant} is for the purpose "{purpose}"',
  },
  grant_cap: {
    status: 429,
    zh: '授权 {grant} 已到上限：{what_zh} {cap}',
    en: 'The grant {grant} is used up: {what_en} {cap}',
  },
  condition_value: {
    status: 400,
    zh: '“{item}”的条件要有值或上下限；数字项的上下限要是数字',
    en: 'The condition on "{item}" needs values or bounds; bounds of numbers are numbers',
  },
  grant_self: {
    status: 403,
    zh: '不能给自己发放授权，请由另一人发放',
    en: 'Nobody opens data to himself: let another person issue the grant',
  },
  grant_past: {
    status: 400,
    zh: '授权的到期时间 {at} 已经过去',
    en: 'The expiry {at} of the grant has passed',
  },
  no_key: {
    status: 400,
    zh: '“{dataset}”没有主键，不能按主键读取',
    en: '"{dataset}" has no key to read a row by',
  },
  key_parts: {
    status: 400,
    zh: '“{dataset}”的主键有 {count} 项：{items}',
    en: 'The key of "{dataset}" has {count} parts: {items}',
  },
  sealed_below: {
    status: 400,
    zh: '读取的“{dataset}”是密封资源，只有知悉角色不多于它（{roles}）的密封资源可以由它得出',
    en: 'It reads "{dataset}", which is sealed for {roles}: only what is sealed for no other role may',
  },
  grade_below: {
    status: 400,
    zh: '信息项“{item}”定为 {grade}，低于它的来源 {made}；要降级须写明批准（grades.lowered）',
    en: 'The item "{item}" is {grade}, below the {made} it is made from; lowering needs an approval (grades.lowered)',
  },
  grade_lowered: {
    status: 409,
    zh: '“{item}”已定为 {was}，不能降为 {grade}：降级须另有批准，写在 grades.lowered',
    en: '"{item}" stands at {was}; {grade} is lower and needs an approval of its own (grades.lowered)',
  },
  seal_widened: {
    status: 409,
    zh: '密封资源不能扩大知悉范围（原为 {roles}）：解密须另有批准，写在 grades.lowered.sealed_for',
    en: 'It is sealed for {roles}; more may know only with an approval (grades.lowered.sealed_for)',
  },
  set_grade_below: {
    status: 400,
    zh: '数据集为 {set}，但决定它有哪些行的信息项是 {rows}；请写 grades.least 或批准降级（grades.lowered.rows）',
    en: 'The set is {set}, but what decides over its rows is {rows}; declare grades.least or an approval (grades.lowered.rows)',
  },
  national_below: {
    status: 400,
    zh: '国家分级“{own}”低于来源的“{above}”；要降级须写明批准（grades.lowered.national）',
    en: 'The national grade "{own}" is below the "{above}" of its sources; lowering needs an approval (grades.lowered.national)',
  },
  lowering_over: {
    status: 400,
    zh: '“{item}”的降级批准到 {until} 为止，已经失效',
    en: 'The approval to lower "{item}" held until {until} and is over',
  },
  person_unknown: {
    status: 404,
    zh: '没有账号“{account}”，或已停用',
    en: 'There is no account "{account}", or it is closed',
  },
  policy_not_found: {
    status: 404,
    zh: '没有可见规则“{policy}”，或没有它的这一版',
    en: 'There is no policy "{policy}", or no such version of it',
  },
  policy_changed: {
    status: 409,
    zh: '可见规则已被他人改为第 {version} 版，请在新版上再改',
    en: 'The policy was changed to version {version} by somebody else; edit that one',
  },
  policy_same: {
    status: 400,
    zh: '没有任何改动',
    en: 'Nothing is changed',
  },
  mask_unfit: {
    status: 400,
    zh: '“{view}”不能用脱敏方式“{mask}”',
    en: 'The mask "{mask}" does not go with "{view}"',
  },
  line_twice: {
    status: 400,
    zh: '规则编号“{line}”重复',
    en: 'The line id "{line}" is used twice',
  },
  role_unknown: {
    status: 400,
    zh: '没有角色“{role}”',
    en: 'There is no role "{role}"',
  },
  grant_refused: {
    status: 400,
    zh: '授权申请有 {count} 处错误',
    en: 'The grant has {count} faults',
  },
});
