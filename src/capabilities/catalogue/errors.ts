import { errorTable } from '#kernel/errors';

export const catalogueErrors = errorTable('catalogue', {
  not_found: {
    status: 404,
    zh: '目录里没有数据资源“{dataset}”',
    en: 'The catalogue has no resource "{dataset}"',
  },
  bad_page: {
    status: 400,
    zh: '“{after}”不是翻页标记；请从第一页重新查',
    en: '"{after}" is no mark of a page; search again from the first one',
  },
  not_excel: {
    status: 400,
    zh: '不是能读的 Excel 文件（.xlsx），或解开后太大',
    en: 'This is no Excel file (.xlsx) that can be read, or it unpacks to too much',
  },
  no_sheet: {
    status: 400,
    zh: '没有工作表“{sheet}”',
    en: 'There is no sheet "{sheet}"',
  },
  no_header: {
    status: 400,
    zh: '{cell}：第一行没有列“{header}”',
    en: '{cell}: the first row has no column "{header}"',
  },
  unknown_header: {
    status: 400,
    zh: '{cell}：不认识列名“{header}”，或它写了两次',
    en: '{cell}: the header "{header}" is not known, or stands twice',
  },
  bad_cell: {
    status: 400,
    zh: '{cell}：{zh}',
    en: '{cell}: {en}',
  },
  cell_empty: {
    status: 400,
    zh: '{cell}：不能为空',
    en: '{cell}: it cannot be empty',
  },
  row_twice: {
    status: 400,
    zh: '{cell}：“{name}”写了两次',
    en: '{cell}: "{name}" stands twice',
  },
  row_lost: {
    status: 400,
    zh: '{cell}：“{name}”在前面的工作表里没有',
    en: '{cell}: "{name}" stands in no sheet before this one',
  },
  unknown_code: {
    status: 400,
    zh: '代码表“{table}”里没有代码“{code}”',
    en: 'The code table "{table}" has no code "{code}"',
  },
  unknown_code_table: {
    status: 400,
    zh: '信息项“{item}”引用的代码表 {table} 不存在',
    en: 'The code table {table} of the item "{item}" does not exist',
  },
  codes_and_table: {
    status: 400,
    zh: '信息项“{item}”同时写了代码和代码表，只能写一样',
    en: 'The item "{item}" has both codes and a code table; give one of them',
  },
  bad_notation: {
    status: 400,
    zh: '信息项“{item}”的数据格式 {format} 与类型 {type} 不符',
    en: 'The form {format} of the item "{item}" does not fit its type {type}',
  },
  item_not_less: {
    status: 400,
    zh: '信息项“{item}”的 {what} 只能比资源更严；同样或更宽的不用写',
    en: '{what} of the item "{item}" can only be stricter than that of its resource',
  },
  code_of_other_class: {
    status: 400,
    zh: '资源代码 {code} 不属于分类 {class}',
    en: 'The resource code {code} is not of the class {class}',
  },
  code_twice: {
    status: 400,
    zh: '资源代码 {code} 已是“{dataset}”的，不能给两个资源',
    en: 'The resource code {code} belongs to "{dataset}" already',
  },
  list_twice: {
    status: 400,
    zh: '清单里“{key}”写了两次',
    en: '"{key}" stands twice in the list',
  },
  duty_of_other: {
    status: 400,
    zh: '资源“{dataset}”的数源单位是 {owner}，责任不能记在 {unit} 名下',
    en: 'The resource "{dataset}" belongs to {owner}; {unit} cannot have the duty',
  },
  not_refused: {
    status: 400,
    zh: '“{dataset}”（{item}）没有登记为不予共享，不能列入负面清单',
    en: '"{dataset}" ({item}) is not refused by its contract and has no place on the negative list',
  },
  review_before: {
    status: 400,
    zh: '复核日期 {review} 应晚于批准日期 {approved}',
    en: 'The day of review {review} must come after that of approval {approved}',
  },
  bad_uscc: {
    status: 400,
    zh: '统一社会信用代码“{uscc}”的校验位不对',
    en: 'The check sign of the unified social credit code "{uscc}" is wrong',
  },
  synonym_twice: {
    status: 400,
    zh: '同义词“{word}”在一组里写了两次',
    en: 'The word "{word}" stands twice in one group',
  },
  bad_name: {
    status: 400,
    zh: '资源名“{name}”不合规：只能用小写字母、数字和下划线，以字母开头',
    en: 'The name "{name}" is wrong: small letters, digits and underscores, a letter first',
  },
  twice: {
    status: 400,
    zh: '资源“{name}”已由场景应用“{pack}”登记；一数一源，不能登记两次',
    en: 'The resource "{name}" is declared by the pack "{pack}" already; one source only',
  },
  unknown_item: {
    status: 400,
    zh: '没有信息项“{item}”',
    en: 'There is no item "{item}"',
  },
  subject_no_person: {
    status: 400,
    zh: '“{item}”不是证件号码（semantic: citizen_id），不能说明数据讲的是谁',
    en: '"{item}" holds no number of a person (semantic: citizen_id): it cannot say who is meant',
  },
  subject_of_number: {
    status: 400,
    zh: '“{item}”本身就是证件号码，讲的就是持证人，不能再说成别人',
    en: '"{item}" is a number of a person and tells of that person; it cannot tell of another',
  },
  key_missing: {
    status: 400,
    zh: '增量合并（merge）的资源必须写明主键 key',
    en: 'A resource delivered as merge needs a key',
  },
  mode_missing: {
    status: 400,
    zh: '要归集的资源必须写明归集方式 mode（full、append 或 merge）',
    en: 'A delivered resource needs a mode (full, append or merge)',
  },
  derived_mode: {
    status: 400,
    zh: '派生资源由 SQL 整体生成，不能写 {what}',
    en: 'A derived resource is made whole by its SQL and has no {what}',
  },
  tombstone_mode: {
    status: 400,
    zh: '只有增量合并（merge）的资源可以用 tombstone 标记删除',
    en: 'Only a resource delivered as merge can remove rows by a tombstone',
  },
  key_not_required: {
    status: 400,
    zh: '主键信息项“{item}”必须是必填（required: true）',
    en: 'The key item "{item}" must be required',
  },
  bad_pattern: {
    status: 400,
    zh: '信息项“{item}”的 pattern 不能用：{detail}',
    en: 'The pattern of the item "{item}" cannot be used: {detail}',
  },
  bad_bound: {
    status: 400,
    zh: '信息项“{item}”的 {what} 与类型 {type} 不符',
    en: '{what} of the item "{item}" does not fit its type {type}',
  },
  bad_format: {
    status: 400,
    zh: '信息项“{item}”的 format“{format}”不是日期时间格式',
    en: 'The format "{format}" of the item "{item}" is no pattern of dates or times',
  },
  bad_decimal: {
    status: 400,
    zh: '信息项“{item}”的类型 {type} 不成立：总位数 1 到 38，小数位不多于总位数',
    en: 'The type {type} of the item "{item}" cannot be: 1 to 38 digits, no more of them decimal',
  },
  bad_time_zone: {
    status: 400,
    zh: '没有时区“{zone}”',
    en: 'There is no time zone "{zone}"',
  },
  header_twice: {
    status: 400,
    zh: '列名“{header}”既指“{first}”又指“{second}”',
    en: 'The header "{header}" stands for both "{first}" and "{second}"',
  },
  unknown_owner: {
    status: 400,
    zh: '没有单位“{owner}”',
    en: 'There is no unit "{owner}"',
  },
  bad_check: {
    status: 400,
    zh: '检查“{check}”的 SQL 不能用：{detail_zh}',
    en: 'The SQL of the check "{check}" cannot be used: {detail_en}',
  },
  check_not_boolean: {
    status: 400,
    zh: '检查“{check}”的 SQL 应给出真或假，现在给出 {type}',
    en: 'The SQL of the check "{check}" must give true or false, it gives {type}',
  },
  unknown_relation: {
    status: 400,
    zh: 'SQL 用到的“{relation}”不是目录里的数据资源',
    en: 'The SQL reads "{relation}", which is no resource of the catalogue',
  },
  circle: {
    status: 400,
    zh: '派生资源成环：{path}',
    en: 'Derived resources go in a circle: {path}',
  },
  output_missing: {
    status: 400,
    zh: 'SQL 没有给出信息项“{item}”',
    en: 'The SQL does not give the item "{item}"',
  },
  output_unknown: {
    status: 400,
    zh: 'SQL 给出的列“{column}”没有登记为信息项',
    en: 'The column "{column}" of the SQL is not declared as an item',
  },
  output_type: {
    status: 400,
    zh: '信息项“{item}”登记为 {declared}，SQL 给出的是 {found}',
    en: 'The item "{item}" is declared {declared}, the SQL gives {found}',
  },
  not_derived: {
    status: 400,
    zh: '资源“{dataset}”不是派生资源',
    en: 'The resource "{dataset}" is not derived',
  },
});
