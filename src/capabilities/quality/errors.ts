import { errorTable } from '#kernel/errors';

export const qualityErrors = errorTable('quality', {
  no_scoring: {
    status: 404,
    zh: '还没有评分办法：请在场景应用的 scoring 文件夹中登记',
    en: 'There is no scheme of scoring: declare one in the folder scoring of a pack',
  },
  scoring_twice: {
    status: 400,
    zh: '评分办法只能有一个，“{first}”已经登记',
    en: 'There can be one scheme of scoring only; "{first}" is declared already',
  },
  weights_sum: {
    status: 400,
    zh: '六类质量指标的权重之和应为 100，现为 {sum}',
    en: 'The weights of the six families must add up to 100; they add up to {sum}',
  },
  everywhere_kind: {
    status: 400,
    zh: '规则“{check}”不能对所有数据资源使用：它的种类 {kind} 要写明信息项',
    en: 'The check "{check}" cannot be for every dataset: its kind {kind} names items',
  },
  no_case_type: {
    status: 400,
    zh: '没有事项类型“{type}”',
    en: 'There is no case type "{type}"',
  },
  unknown_item: {
    status: 400,
    zh: '质量规则“{check}”写到的信息项“{item}”不存在',
    en: 'The check "{check}" names the item "{item}", which does not exist',
  },
  no_key: {
    status: 400,
    zh: '质量规则“{check}”要指出有问题的行，数据资源要先写明主键 key',
    en: 'The check "{check}" points at rows; the dataset has to declare its key first',
  },
  uneven: {
    status: 400,
    zh: '质量规则“{check}”两边的信息项个数不一致',
    en: 'The check "{check}" names a different number of items on its two sides',
  },
  drift_grade: {
    status: 400,
    zh: '质量规则“{check}”要保存取值分布，信息项是 {grade} 级；最高 L2 级',
    en: 'The check "{check}" keeps how values are spread; the item is {grade}, at most L2 may be kept',
  },
  no_named: {
    status: 400,
    zh: '质量规则“{check}”引用的公用规则“{name}”不存在',
    en: 'The check "{check}" uses the named check "{name}", which does not exist',
  },
  named_columns: {
    status: 400,
    zh: '质量规则“{check}”的 with 与公用规则要的列不一致：{column}',
    en: 'The columns in `with` of the check "{check}" are not those the named check asks: {column}',
  },
  named_reads: {
    status: 400,
    zh: '公用规则“{check}”要读取关系 checked',
    en: 'The named check "{check}" has to read the relation checked',
  },
  named_gives: {
    status: 400,
    zh: '公用规则“{check}”要给出列 row_key',
    en: 'The named check "{check}" has to give the column row_key',
  },
  no_check: {
    status: 404,
    zh: '数据资源“{dataset}”没有质量规则“{check}”',
    en: 'The dataset "{dataset}" has no check "{check}"',
  },
  no_rows: {
    status: 404,
    zh: '质量规则“{check}”不针对单行数据，没有问题清单',
    en: 'The check "{check}" is not about single rows; it has no list of faults',
  },
  no_run: {
    status: 404,
    zh: '没有这次检查（{run}）',
    en: 'There is no such run ({run})',
  },
  not_owner: {
    status: 403,
    zh: '问题清单只给数源单位和区数据管理员',
    en: 'The list of faults is for the owner of the data and the administrators of the district',
  },
  no_month: {
    status: 404,
    zh: '{month} 没有评分记录',
    en: 'There are no scores of {month}',
  },
  challenge_row: {
    status: 404,
    zh: '“{dataset}”中没有这条记录，或不在您的范围内',
    en: 'There is no such record in "{dataset}", or it is not yours to see',
  },
  challenge_item: {
    status: 403,
    zh: '您看不到信息项“{item}”，不能校核它',
    en: 'You do not see the item "{item}", so you cannot challenge it',
  },
  challenge_sealed: {
    status: 409,
    zh: '密封的资源不在平台上校核，请直接告知数源单位',
    en: 'A sealed resource is not challenged here: tell the department that owns it',
  },
  challenge_derived: {
    status: 409,
    zh: '“{dataset}”由其他数据算出，请对来源数据提出校核',
    en: '"{dataset}" is computed from other data; challenge the value where it comes from',
  },
  challenge_same: {
    status: 400,
    zh: '“{item}”现在就是这个值',
    en: '"{item}" is just this value now',
  },
  no_correction: {
    status: 404,
    zh: '事项 {case} 不是整改单',
    en: 'Case {case} is not a correction',
  },
  nothing_to_mend: {
    status: 404,
    zh: '整改单 {case} 现在没有您能看到的问题数据',
    en: 'There are no faulty rows of {case} that you may see now',
  },
  no_template: {
    status: 400,
    zh: '没有通知模板“{template}”',
    en: 'There is no notice template "{template}"',
  },
  own_off: {
    status: 404,
    zh: '还没有开通对本人数据的异议：评分办法要写明 own_records',
    en: 'Objections to one’s own records are not open: the scheme of scoring names no own_records',
  },
  own_unbound: {
    status: 409,
    zh: '账号还没有实名，请到镇街便民服务中心办理',
    en: 'The account is not bound to you yet; show your identity card at the service centre',
  },
  own_record: {
    status: 404,
    zh: '您的数据中没有这条记录',
    en: 'There is no such record among yours',
  },
  own_item: {
    status: 403,
    zh: '这一项不能提异议：它是他人的信息，或没有这一项',
    en: 'This item cannot be objected to: it tells of somebody else, or there is none of that name',
  },
  own_text: {
    status: 400,
    zh: '“{item}”里有网页代码或不可见的控制字符，请只写文字',
    en: 'There is markup or an invisible control sign in "{item}"; write plain words',
  },
  own_open: {
    status: 409,
    zh: '您对这一项的异议 {case} 还在办理中',
    en: 'Your objection {case} to this item is still open',
  },
  own_too_many: {
    status: 429,
    zh: '24 小时内最多提 {most} 件异议，请明天再提',
    en: 'At most {most} objections within 24 hours; raise more tomorrow',
  },
  own_objection: {
    status: 404,
    zh: '没有您的异议 {case}',
    en: 'There is no objection {case} of yours',
  },
  own_photo: {
    status: 400,
    zh: '没有收到照片',
    en: 'No photo was received',
  },
  own_not_now: {
    status: 409,
    zh: '异议 {case} 现在不能这样办，请刷新看最新进展',
    en: 'This cannot be done with {case} now; look at how far it is',
  },
});
