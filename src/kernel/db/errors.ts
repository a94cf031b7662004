import { errorTable } from '#kernel/errors';

export const dbErrors = errorTable('db', {
  home_in_use: {
    status: 409,
    zh: '数据文件夹 {home} 正由另一个进程（{pid}）使用；请先停止它，或换一个 GUANTONG_HOME',
    en: 'The home {home} belongs to process {pid}; stop it, or set another GUANTONG_HOME',
  },
  start_failed: {
    status: 500,
    zh: '内置数据库没有启动成功：{detail}',
    en: 'The embedded database did not start: {detail}',
  },
  no_binaries: {
    status: 500,
    zh: '没有适合本机（{platform}）的内置数据库；请设置 DATABASE_URL',
    en: 'There is no embedded database for this machine ({platform}); set DATABASE_URL',
  },
  no_user: {
    status: 500,
    zh: '以 root 运行时需要系统用户 {user}，但没能创建：{detail}；请手工创建，或换普通用户运行',
    en: 'Run by root the database needs the system user {user}, which could not be made: {detail}',
  },
  unreachable: {
    status: 503,
    zh: '连不上 DATABASE_URL 所指的数据库：{detail}',
    en: 'The database of DATABASE_URL cannot be reached: {detail}',
  },
  too_old: {
    status: 500,
    zh: '数据库版本 {version} 太旧，需要 PostgreSQL 15 或更新',
    en: 'The database is version {version}; PostgreSQL 15 or newer is needed',
  },
  migration_changed: {
    status: 500,
    zh: '已执行的迁移 {file} 被改动；请还原它，另写一个新的迁移',
    en: 'The landed migration {file} was changed; put it back and write a new one',
  },
  migration_missing: {
    status: 500,
    zh: '数据库里有程序不认识的迁移 {file}；请用与数据相符的版本启动',
    en: 'The database holds a migration unknown here, {file}; start the version it belongs to',
  },
  migration_name: {
    status: 500,
    zh: '迁移文件名 {file} 不合规，应为 年月日_时分_名称.sql',
    en: 'The migration name {file} is wrong; it must be YYYYMMDD_HHMM_name.sql',
  },
  migration_failed: {
    status: 500,
    zh: '迁移 {file} 执行失败，数据库保持原样：{detail}',
    en: 'Migration {file} failed and changed nothing: {detail}',
  },
  unsafe_integer: {
    status: 500,
    zh: '整数 {value} 超出可精确表示的范围',
    en: 'The integer {value} is beyond what can be kept exactly',
  },
  no_transaction: {
    status: 500,
    zh: '此操作必须在事务中进行',
    en: 'This must run inside a transaction',
  },
});
