import { errorTable } from '#kernel/errors';

export const lakeErrors = errorTable('lake', {
  unknown_dataset: {
    status: 404,
    zh: '数据湖里没有数据集 {dataset}',
    en: 'The lake holds no dataset {dataset}',
  },
  no_snapshot: {
    status: 404,
    zh: '数据集 {dataset} 在所问的时点还没有数据',
    en: 'Dataset {dataset} has no data as of the moment asked for',
  },
  unknown_snapshot: {
    status: 404,
    zh: '数据集 {dataset} 没有快照 {snapshot}',
    en: 'Dataset {dataset} has no snapshot {snapshot}',
  },
  unknown_version: {
    status: 404,
    zh: '数据集 {dataset} 没有第 {version} 版',
    en: 'Dataset {dataset} has no version {version}',
  },
  snapshot_gone: {
    status: 410,
    zh: '数据集 {dataset} 的第 {version} 版已过保留期，按约定清理；此后现存最早的是第 {first} 版',
    en: 'Version {version} of dataset {dataset} is past its retention and gone; the earliest kept after it is version {first}',
  },
  bad_shape: {
    status: 400,
    zh: '数据集 {dataset} 的结构声明不对：{detail}',
    en: 'The shape declared for dataset {dataset} is wrong: {detail}',
  },
  bad_delivery: {
    status: 400,
    zh: '交付不完整：{detail}',
    en: 'The delivery is incomplete: {detail}',
  },
  column_missing: {
    status: 422,
    zh: '交付里缺少数据项：{columns}',
    en: 'The delivery lacks these items: {columns}',
  },
  key_missing: {
    status: 422,
    zh: '有 {count} 行的主键为空',
    en: '{count} rows have an empty key',
  },
  key_twice: {
    status: 422,
    zh: '有 {count} 个主键在同一批数据里出现多次',
    en: '{count} keys occur more than once in the delivery',
  },
  key_taken: {
    status: 409,
    zh: '追加的数据里有 {count} 个主键已存在且内容不同；追加型数据集不改写旧行',
    en: '{count} appended keys exist with other values; an append dataset never rewrites a row',
  },
  write_failed: {
    status: 507,
    zh: '数据文件没有写成（{reason}），什么都没有改变',
    en: 'The data files could not be written ({reason}); nothing was changed',
  },
  sql_refused: {
    status: 400,
    zh: '这条 SQL 有 {count} 处不被允许',
    en: 'The SQL has {count} things that are not allowed',
  },
  sql_syntax: {
    status: 400,
    zh: 'SQL 语法有误：{detail}',
    en: 'The SQL does not parse: {detail}',
  },
  sql_empty: { status: 400, zh: 'SQL 是空的', en: 'The SQL is empty' },
  sql_too_long: {
    status: 400,
    zh: 'SQL 过长或过深，上限 {limit}',
    en: 'The SQL is too long or too deep; the limit is {limit}',
  },
  sql_one_statement: {
    status: 400,
    zh: '只能写一条查询语句，这里有 {count} 条',
    en: 'Exactly one statement is allowed; there are {count}',
  },
  sql_not_a_query: {
    status: 400,
    zh: '只能写查询（SELECT / WITH / VALUES）',
    en: 'Only queries are allowed (SELECT, WITH, VALUES)',
  },
  sql_construct: {
    status: 400,
    zh: '不支持的写法：{what}',
    en: 'This construct is not allowed: {what}',
  },
  sql_relation: {
    status: 400,
    zh: '不能从 {name} 取数：表名只能是数据集的名字，不带库名、模式名和文件名',
    en: 'Cannot read from {name}: a table is the bare name of a dataset; no catalog, schema or file',
  },
  sql_unknown_relation: {
    status: 400,
    zh: '没有名为 {name} 的数据集可供查询',
    en: 'There is no dataset {name} to query',
  },
  sql_function: {
    status: 400,
    zh: '函数 {name} 不在允许之列',
    en: 'The function {name} is not on the allowed list',
  },
  sql_table_function: {
    status: 400,
    zh: '表函数 {name} 不允许；只有 unnest、range、generate_series',
    en: 'The table function {name} is not allowed; only unnest, range and generate_series are',
  },
  sql_type: {
    status: 400,
    zh: '类型 {name} 不允许',
    en: 'The type {name} is not allowed',
  },
  sql_param: {
    status: 400,
    zh: '参数 {name} 不对：只用具名参数 $名称，且都要给出值',
    en: 'The parameter {name} is wrong: use named parameters $name, each with a value',
  },
  sql_failed: {
    status: 422,
    zh: '查询没有执行成功：{detail}',
    en: 'The query failed: {detail}',
  },
  sql_timeout: {
    status: 422,
    zh: '查询超过 {ms} 毫秒，已终止',
    en: 'The query ran longer than {ms} ms and was stopped',
  },
  sql_memory: {
    status: 422,
    zh: '查询占用内存超过 {memory_mb} 兆字节，已终止',
    en: 'The query took more than {memory_mb} MB of memory and was stopped',
  },
  other_database: {
    status: 409,
    zh: '数据湖目录属于另一个数据库；请核对 GUANTONG_HOME 和 DATABASE_URL 是否成对',
    en: 'The folder of the lake belongs to another database; check GUANTONG_HOME and DATABASE_URL',
  },
  busy: {
    status: 503,
    zh: '查询排队过久，请稍后再试',
    en: 'The query waited too long for its turn; please try again',
  },
  closed: { status: 503, zh: '数据湖已关闭', en: 'The lake is closed' },
});
