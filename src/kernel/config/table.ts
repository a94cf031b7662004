/**
 * The settings, all in one table: name, default, help in both languages, name in the environment. A
 * limit carries its unit in its name. Append yours here, one entry.
 */
import { flag, secret, text, whole } from './setting.ts';

export const settingsTable = {
  home: text('GUANTONG_HOME', '.guantong', {
    zh: '数据文件夹：内置数据库、数据湖、密钥都放在这里',
    en: 'Data folder: the embedded database, the lake and the keys live here',
  }),
  database_url: secret('DATABASE_URL', '', {
    zh: '外部 PostgreSQL 15+ 的连接串；留空则使用内置数据库',
    en: 'Connection string of a PostgreSQL 15+ server; empty uses the embedded one',
  }),
  database_pool_size: whole('GUANTONG_DATABASE_POOL_SIZE', 20, [2, 200], {
    zh: '数据库连接池的连接数',
    en: 'Connections in the database pool',
  }),
  host: text('GUANTONG_HOST', '127.0.0.1', {
    zh: '监听地址',
    en: 'Address to listen on',
  }),
  port: whole('GUANTONG_PORT', 8330, [0, 65535], {
    zh: '监听端口；0 表示任选一个空闲端口',
    en: 'Port to listen on; 0 takes any free one',
  }),
  public_url: text('GUANTONG_PUBLIC_URL', '', {
    zh: '用户访问平台的地址（如 https://gt.example.gov.cn），用于发出的链接；留空则用监听地址和端口',
    en: 'Address people open the platform at, for links handed out; empty uses host and port',
  }),
  web_folder: text('GUANTONG_WEB_FOLDER', '', {
    zh: '已构建的网页所在的文件夹；留空则用程序自带的 web/dist',
    en: 'Folder of the built web; empty uses the own web/dist',
  }),
  demo: flag('GUANTONG_DEMO', false, {
    zh: '演示模式：一次性登录链接和角色切换，只监听本机',
    en: 'Demo mode: one-time sign-in link and role switcher, loopback only',
  }),
  sample_people: whole('GUANTONG_SAMPLE_PEOPLE', 50_000, [1000, 2_000_000], {
    zh: '演示样例的人口；全区约 165 万',
    en: 'People of the demonstration; the whole district has about 1.65 million',
  }),
  county_code: text('GUANTONG_COUNTY_CODE', '330109', {
    zh: '本区县的行政区划代码（6 位）',
    en: 'Division code of this county (6 digits)',
  }),
  county_name: text('GUANTONG_COUNTY_NAME', '萧山区', {
    zh: '本区县的名称',
    en: 'Name of this county',
  }),
  time_zone: text('GUANTONG_TIME_ZONE', 'Asia/Shanghai', {
    zh: '本地时区；不带时区的时间按它理解',
    en: 'Local time zone; times without a zone are read in it',
  }),
  open_licence_url: text('GUANTONG_OPEN_LICENCE_URL', '', {
    zh: '开放数据许可协议的网址；没有就不在目录里声明',
    en: 'Address of the licence of opened data; none is declared when empty',
  }),
  packs: text('GUANTONG_PACKS', 'packs/district', {
    zh: '启动时应用的场景应用（pack）目录，逗号分隔；相对路径从项目目录算起',
    en: 'Folders of the packs applied at start, separated by commas, relative to the project',
  }),
  log_level: text('GUANTONG_LOG_LEVEL', 'info', {
    zh: '日志级别：trace、debug、info、warn、error、silent',
    en: 'Log level: trace, debug, info, warn, error, silent',
  }),
  http_body_limit_bytes: whole('GUANTONG_HTTP_BODY_LIMIT_BYTES', 1_048_576, [1024, 2 ** 31], {
    zh: '一次请求内容的上限（字节）',
    en: 'Largest request body, in bytes',
  }),
  sql_time_limit_ms: whole('GUANTONG_SQL_TIME_LIMIT_MS', 10_000, [10, 3_600_000], {
    zh: '一次查询的时间上限（毫秒）',
    en: 'Longest a query may run, in milliseconds',
  }),
  sql_row_limit: whole('GUANTONG_SQL_ROW_LIMIT', 10_000, [1, 10_000_000], {
    zh: '一次查询返回行数的上限',
    en: 'Most rows a query may return',
  }),
  sql_memory_limit_mb: whole('GUANTONG_SQL_MEMORY_LIMIT_MB', 1024, [256, 1_048_576], {
    zh: '一次查询占用内存的上限（兆字节）',
    en: 'Most resident memory a query may take, in megabytes',
  }),
  materialised_row_limit: whole('GUANTONG_MATERIALISED_ROW_LIMIT', 200_000, [1, 10_000_000], {
    zh: '平台计算一个指标或规则时结果行数的上限',
    en: 'Most rows one indicator or rule may compute',
  }),
  rule_subject_limit: whole('GUANTONG_RULE_SUBJECT_LIMIT', 10_000, [1, 1_000_000], {
    zh: '一个监督模型最多找到的对象数；超过就不产生预警',
    en: 'Most things one rule may find; above it raises nothing',
  }),
  quality_time_limit_ms: whole('GUANTONG_QUALITY_TIME_LIMIT_MS', 60_000, [100, 3_600_000], {
    zh: '一条质量规则的一次查询的时间上限（毫秒）；在交付之外运行',
    en: 'Longest a query of a quality check may run, in milliseconds; it runs beside deliveries',
  }),
  quality_fault_row_limit: whole('GUANTONG_QUALITY_FAULT_ROW_LIMIT', 10_000, [1, 100_000], {
    zh: '一份问题清单的行数上限',
    en: 'Most rows of a list of faults',
  }),
  quality_realtime_pause_seconds: whole(
    'GUANTONG_QUALITY_REALTIME_PAUSE_SECONDS',
    60,
    [0, 86_400],
    {
      zh: '实时更新的数据资源两次检查至少相隔的秒数',
      en: 'Least seconds between two runs of the checks of a dataset that changes in real time',
    },
  ),
  quality_runs_kept: whole('GUANTONG_QUALITY_RUNS_KEPT', 200, [10, 100_000], {
    zh: '每条质量规则保留的检查记录条数',
    en: 'Runs kept of each quality check',
  }),
  quality_round_minutes: whole('GUANTONG_QUALITY_ROUND_MINUTES', 60, [1, 1440], {
    zh: '每隔多少分钟检查时效、记当日得分、固化已结束月份的晾晒榜',
    en: 'Minutes between rounds: timeliness, scores of the day, rankings of months that are over',
  }),
  indicator_refresh_minutes: whole('GUANTONG_INDICATOR_REFRESH_MINUTES', 5, [1, 1440], {
    zh: '随时间变化的指标每隔多少分钟重算',
    en: 'Minutes between computations of indicators that move with the clock',
  }),
  download_row_limit: whole('GUANTONG_DOWNLOAD_ROW_LIMIT', 100_000, [1, 10_000_000], {
    zh: '一次下载行数的上限',
    en: 'Most rows of one download',
  }),
  delivery_max_bytes: whole('GUANTONG_DELIVERY_MAX_BYTES', 2 ** 31, [1024, 2 ** 40], {
    zh: '一次交付文件的上限（字节）',
    en: 'Largest delivered file, in bytes',
  }),
  delivery_grace_working_days: whole('GUANTONG_DELIVERY_GRACE_WORKING_DAYS', 0, [0, 60], {
    zh: '超过更新周期后宽限的工作日数，之后算逾期未归集',
    en: 'Working days past its cycle before a delivery counts as overdue',
  }),
  catalogue_excel_max_bytes: whole('GUANTONG_CATALOGUE_EXCEL_MAX_BYTES', 2 ** 28, [1024, 2 ** 32], {
    zh: '导入目录的 Excel 解开后的上限（字节）',
    en: 'Largest catalogue workbook when it is unpacked, in bytes',
  }),
  audit_retention_days: whole('GUANTONG_AUDIT_RETENTION_DAYS', 183, [183, 36_500], {
    zh: '审计记录的保留天数，依法不少于六个月',
    en: 'Days audit records are kept; by law not less than six months',
  }),
  audit_person_rows: whole('GUANTONG_AUDIT_PERSON_ROWS', 200, [0, 10_000], {
    zh: '一次读取不超过多少行时，审计按人记下涉及谁（只记加密摘要），本人可查',
    en: 'Up to how many rows a read is recorded person by person, as keyed hashes, for them to see',
  }),
  account_list_rows: whole('GUANTONG_ACCOUNT_LIST_ROWS', 2000, [1, 100_000], {
    zh: '一次批量开通账号的人数上限',
    en: 'Most people in one list of accounts to open',
  }),
  account_list_max_bytes: whole('GUANTONG_ACCOUNT_LIST_MAX_BYTES', 16_777_216, [1024, 2 ** 30], {
    zh: '批量开通名单文件的上限（字节），Excel 按解开后算',
    en: 'Largest list of accounts to open, in bytes; of Excel what it unpacks to',
  }),
  account_active_days: whole('GUANTONG_ACCOUNT_ACTIVE_DAYS', 30, [1, 3650], {
    zh: '多少天内登录过算活跃',
    en: 'Days within which a sign-in makes an account active',
  }),
  duty_break_days: whole('GUANTONG_DUTY_BREAK_DAYS', 90, [0, 3650], {
    zh: '卸任三员之一后，间隔多少天才能改任另一员',
    en: 'Days between giving up one of the three administrators and taking another',
  }),
  sealed_purposes: text('GUANTONG_SEALED_PURPOSES', 'discipline', {
    zh: '“谁看过我的数据”不显示的目的，逗号分隔（如纪检监督）',
    en: 'Purposes "who looked at my data" never shows, separated by commas',
  }),
  own_objection_cap: whole('GUANTONG_OWN_OBJECTION_CAP', 5, [0, 1000], {
    zh: '一个人 24 小时内最多对本人数据提几件异议',
    en: 'Objections to records about himself one person may raise within 24 hours',
  }),
  session_idle_minutes: whole('GUANTONG_SESSION_IDLE_MINUTES', 480, [1, 10_080], {
    zh: '多少分钟不操作后需要重新登录',
    en: 'Minutes without activity after which a session expires',
  }),
  event_keep_days: whole('GUANTONG_EVENT_KEEP_DAYS', 30, [1, 36_500], {
    zh: '已送达的事件和已触发的时钟保留的天数',
    en: 'Days delivered events and fired timers are kept',
  }),
  job_attempts: whole('GUANTONG_JOB_ATTEMPTS', 5, [1, 100], {
    zh: '一个后台任务最多尝试的次数',
    en: 'Attempts at a background job before it counts as failed',
  }),
  job_time_limit_minutes: whole('GUANTONG_JOB_TIME_LIMIT_MINUTES', 60, [1, 1440], {
    zh: '一个后台任务的时间上限（分钟）',
    en: 'Longest a background job may run, in minutes',
  }),
  event_attempts: whole('GUANTONG_EVENT_ATTEMPTS', 8, [1, 100], {
    zh: '一个事件处理失败后最多尝试的次数',
    en: 'Attempts at delivering an event to a handler before it is set aside',
  }),
  event_backoff_ms: whole('GUANTONG_EVENT_BACKOFF_MS', 500, [1, 3_600_000], {
    zh: '事件处理失败后首次重试的等待（毫秒），逐次加倍',
    en: 'Wait before the first retry of an event, in milliseconds; doubles each time',
  }),
  session_absolute_hours: whole('GUANTONG_SESSION_ABSOLUTE_HOURS', 24, [1, 720], {
    zh: '登录后最长多少小时必须重新登录，不论是否在操作',
    en: 'Hours after which a session ends whatever its activity',
  }),
  login_attempts: whole('GUANTONG_LOGIN_ATTEMPTS', 5, [1, 100], {
    zh: '连续输错多少次密码后锁定账号',
    en: 'Wrong passwords in a row after which an account is locked',
  }),
  login_window_minutes: whole('GUANTONG_LOGIN_WINDOW_MINUTES', 15, [1, 1440], {
    zh: '输错次数在多少分钟内累计',
    en: 'Minutes within which wrong passwords add up',
  }),
  login_address_attempts: whole('GUANTONG_LOGIN_ADDRESS_ATTEMPTS', 50, [1, 100_000], {
    zh: '同一网络地址累计输错多少次后，暂不接受从未在此登录过的账号',
    en: 'Wrong sign-ins from one address after which it takes only who signed in from there before',
  }),
  login_name_attempts: whole('GUANTONG_LOGIN_NAME_ATTEMPTS', 100, [1, 100_000], {
    zh: '同一账号在各处累计输错多少次后，只能从登录过的地址登录',
    en: 'Wrong sign-ins of one name from anywhere after which only known addresses are taken',
  }),
  session_most: whole('GUANTONG_SESSION_MOST', 8, [1, 1000], {
    zh: '一个账号同时登录的个数上限，超出时最早的退出',
    en: 'Sessions of one account at once; the oldest ends when there are more',
  }),
  step_up_minutes: whole('GUANTONG_STEP_UP_MINUTES', 10, [1, 1440], {
    zh: '本人确认后多少分钟内，做高风险操作不再确认',
    en: 'Minutes a proof of who one is holds for dangerous acts',
  }),
  second_factor_administrators: flag('GUANTONG_SECOND_FACTOR_ADMINISTRATORS', true, {
    zh: '三员必须使用动态验证码（双因素），演示账号除外',
    en: 'The three administrators must have a second factor; people of the demo need not',
  }),
  login_lock_minutes: whole('GUANTONG_LOGIN_LOCK_MINUTES', 15, [1, 1440], {
    zh: '账号锁定的分钟数',
    en: 'Minutes an account stays locked',
  }),
  password_memory_kib: whole('GUANTONG_PASSWORD_MEMORY_KIB', 19_456, [8192, 1_048_576], {
    zh: 'argon2id 口令散列所用内存（KiB）',
    en: 'Memory of one argon2id password hash, in KiB',
  }),
  password_passes: whole('GUANTONG_PASSWORD_PASSES', 2, [1, 20], {
    zh: 'argon2id 口令散列的迭代次数',
    en: 'Passes of one argon2id password hash',
  }),
  identity_way_minutes: whole('GUANTONG_IDENTITY_WAY_MINUTES', 10, [1, 60], {
    zh: '去统一身份认证登录，须在多少分钟内回来',
    en: 'Minutes a way to an identity provider and back may take',
  }),
  oidc_issuer: text('GUANTONG_OIDC_ISSUER', '', {
    zh: '统一身份认证（OpenID Connect）的签发者地址；留空则不接入',
    en: 'Issuer of the OpenID Connect provider; none is used when empty',
  }),
  oidc_client_id: text('GUANTONG_OIDC_CLIENT_ID', 'guantong', {
    zh: '本平台在统一身份认证登记的客户端编号',
    en: 'Client id this platform is registered under at the provider',
  }),
  oidc_client_secret: secret('GUANTONG_OIDC_CLIENT_SECRET', '', {
    zh: '统一身份认证给本平台的客户端密钥；公开客户端留空',
    en: 'Client secret of the provider; empty for a public client',
  }),
  oidc_scopes: text('GUANTONG_OIDC_SCOPES', 'openid', {
    zh: '向统一身份认证请求的范围，空格分隔',
    en: 'Scopes asked of the provider, separated by blanks',
  }),
  oidc_title: text('GUANTONG_OIDC_TITLE', '统一身份认证', {
    zh: '登录页上统一身份认证的名称',
    en: 'Name of the identity provider on the sign-in page, in Chinese',
  }),
  oidc_title_en: text('GUANTONG_OIDC_TITLE_EN', 'Single sign-on', {
    zh: '登录页上统一身份认证的英文名称',
    en: 'Name of the identity provider on the sign-in page, in English',
  }),
  oidc_second_factor: text('GUANTONG_OIDC_SECOND_FACTOR', '', {
    zh: '令牌 amr 中哪些方式算双因素（如 mfa、otp、hwk），逗号分隔；留空则一律用平台自己的动态验证码',
    en: 'Methods (`amr`) that count as a second factor, such as mfa, otp, hwk; none when empty',
  }),
  oidc_hosts: text('GUANTONG_OIDC_HOSTS', '', {
    zh: '除签发者外，统一身份认证用到的主机，逗号分隔',
    en: 'Hosts of the provider besides that of its issuer, separated by commas',
  }),
  oidc_networks: text('GUANTONG_OIDC_NETWORKS', '', {
    zh: '统一身份认证所在的内部网段（CIDR），逗号分隔；不写则不连接内部地址',
    en: 'Private networks (CIDR) the provider may lie in; none when empty',
  }),
  oidc_time_limit_ms: whole('GUANTONG_OIDC_TIME_LIMIT_MS', 10_000, [100, 600_000], {
    zh: '等待统一身份认证应答的时间上限（毫秒）',
    en: 'Longest wait for an answer of the identity provider, in milliseconds',
  }),
  demo_link_minutes: whole('GUANTONG_DEMO_LINK_MINUTES', 720, [1, 10_080], {
    zh: '演示登录链接的有效分钟数，只能用一次',
    en: 'Minutes the one-time sign-in link of the demo stays valid',
  }),
  http_requests_per_minute: whole('GUANTONG_HTTP_REQUESTS_PER_MINUTE', 3000, [1, 10_000_000], {
    zh: '每个会话（未登录时每个地址）每分钟的请求上限',
    en: 'Requests a minute of one session, or of one address when not signed in',
  }),
  http_drain_ms: whole('GUANTONG_HTTP_DRAIN_MS', 5000, [0, 600_000], {
    zh: '停止服务时等待未完成请求的时间（毫秒）',
    en: 'How long a stopping server waits for requests under way, in milliseconds',
  }),
  sse_heartbeat_ms: whole('GUANTONG_SSE_HEARTBEAT_MS', 15_000, [100, 600_000], {
    zh: '推送连接的心跳间隔（毫秒）',
    en: 'Heartbeat of server-sent events, in milliseconds',
  }),
  sse_streams_per_session: whole('GUANTONG_SSE_STREAMS_PER_SESSION', 12, [1, 1000], {
    zh: '一次登录最多同时开多少个推送连接（约等于打开的页面数）',
    en: 'Open streams of one session at most, about one for each open page',
  }),
  sse_streams_per_account: whole('GUANTONG_SSE_STREAMS_PER_ACCOUNT', 60, [1, 10_000], {
    zh: '一个账号最多同时开多少个推送连接',
    en: 'Open streams of one account at most, over all its sessions',
  }),
  audit_batch_records: whole('GUANTONG_AUDIT_BATCH_RECORDS', 2000, [1, 100_000], {
    zh: '一个审计封存批次的最多记录数',
    en: 'Most records in one sealed batch of the audit',
  }),
  audit_gather_ms: whole('GUANTONG_AUDIT_GATHER_MS', 20, [0, 1000], {
    zh: '持续有单行读取时，一次读取最多等多久（毫秒），使多次读取共用一次查询和一次审计落盘；单独的读取不等',
    en: 'Longest a read of one row waits under load, in ms, to share its look-up and audit commit',
  }),
  audit_seal_delay_ms: whole('GUANTONG_AUDIT_SEAL_DELAY_MS', 250, [0, 600_000], {
    zh: '随事务写入的审计记录多久后封存（毫秒）',
    en: 'How soon records written inside a transaction are sealed, in milliseconds',
  }),
  audit_unpack_delay_ms: whole('GUANTONG_AUDIT_UNPACK_DELAY_MS', 1000, [0, 600_000], {
    zh: '高负载时成批封存的审计记录多久后逐条入表、建索引（毫秒）',
    en: 'How soon records sealed in batches under load get rows and indexes, in milliseconds',
  }),
  audit_anchor_interval_ms: whole('GUANTONG_AUDIT_ANCHOR_INTERVAL_MS', 1000, [0, 86_400_000], {
    zh: '把最新封存根写入锚点文件的最短间隔（毫秒）',
    en: 'Shortest interval between two roots written to the anchor file, in milliseconds',
  }),
  pack_file_limit_bytes: whole('GUANTONG_PACK_FILE_LIMIT_BYTES', 8_388_608, [1024, 2 ** 30], {
    zh: '场景应用中单个文件的上限（字节）',
    en: 'Largest file of a pack, in bytes',
  }),
  pack_file_limit: whole('GUANTONG_PACK_FILE_LIMIT', 5000, [1, 1_000_000], {
    zh: '一个场景应用的文件个数上限',
    en: 'Most files in one pack',
  }),
  outbound_retry_ms: whole('GUANTONG_OUTBOUND_RETRY_MS', 5000, [10, 3_600_000], {
    zh: '回告渠道不通时首次重试的等待（毫秒），逐次加倍',
    en: 'Wait before the first retry of an answer, in milliseconds; doubles each time',
  }),
  outbound_retry_max_ms: whole('GUANTONG_OUTBOUND_RETRY_MAX_MS', 300_000, [10, 86_400_000], {
    zh: '回告渠道不通时重试等待的上限（毫秒）',
    en: 'Longest wait between two tries of an answer to a reporter, in milliseconds',
  }),
  push_hosts: text('GUANTONG_PUSH_HOSTS', '', {
    zh: '允许推送待办到的主机（短信、邮件、群机器人等），逗号分隔，*.开头表示其下各级',
    en: 'Hosts notices may be pushed to, separated by commas, `*.` for all below; none when empty',
  }),
  push_networks: text('GUANTONG_PUSH_NETWORKS', '', {
    zh: '虽属内部或保留、仍允许推送到的网段（CIDR），逗号分隔',
    en: 'Private or reserved networks (CIDR) notices may be pushed to all the same',
  }),
  push_time_limit_ms: whole('GUANTONG_PUSH_TIME_LIMIT_MS', 10_000, [100, 600_000], {
    zh: '一次推送等待对方应答的时间上限（毫秒）',
    en: 'Longest wait for a channel to take a notice, in milliseconds',
  }),
  notice_withdrawn_keep_days: whole('GUANTONG_NOTICE_WITHDRAWN_KEEP_DAYS', 30, [0, 36_500], {
    zh: '已撤回且无人读过的通知保留的天数；读过的一直保留',
    en: 'Days a withdrawn notice is kept for those who never read it; what was read stays',
  }),
  push_attempts: whole('GUANTONG_PUSH_ATTEMPTS', 3, [1, 100], {
    zh: '一个渠道连续失败多少次后换下一个渠道',
    en: 'Failures in a row at one channel before the next one in order is tried',
  }),
  attachment_max_bytes: whole('GUANTONG_ATTACHMENT_MAX_BYTES', 8_388_608, [1024, 2 ** 30], {
    zh: '单张照片的上限（字节）',
    en: 'Largest photo attached to a case, in bytes',
  }),
  working_hours: text('GUANTONG_WORKING_HOURS', '08:30-12:00,14:00-17:30', {
    zh: '工作时间，按工作小时、工作日计时的时限只在其中走',
    en: 'Working hours; limits in working hours or days run only within them',
  }),
  trusted_proxies: text('GUANTONG_TRUSTED_PROXIES', '', {
    zh: '可信反向代理的地址，逗号分隔；只采信它们转告的来源地址',
    en: 'Reverse proxies whose word on the address of a caller is taken, separated by commas',
  }),
  upload_files: whole('GUANTONG_UPLOAD_FILES', 50, [1, 10_000], {
    zh: '一次上传的文件个数上限',
    en: 'Most files in one upload',
  }),
  sql_children: whole('GUANTONG_SQL_CHILDREN', 2, [1, 64], {
    zh: '执行查询的子进程个数',
    en: 'Child processes that run queries',
  }),
  lake_memory_mb: whole('GUANTONG_LAKE_MEMORY_MB', 1024, [128, 1_048_576], {
    zh: '数据湖引擎的内存上限（兆字节），超出部分写到磁盘',
    en: 'Memory of the lake engine, in megabytes; beyond it spills to disk',
  }),
  lake_threads: whole('GUANTONG_LAKE_THREADS', 2, [1, 256], {
    zh: '数据湖引擎的线程数',
    en: 'Threads of the lake engine',
  }),
  lake_compact_layers: whole('GUANTONG_LAKE_COMPACT_LAYERS', 8, [1, 1000], {
    zh: '一个数据集累积多少层增量后自动合并',
    en: 'Layers of changes a dataset gathers before it is compacted',
  }),
  lake_sweep_grace_ms: whole('GUANTONG_LAKE_SWEEP_GRACE_MS', 600_000, [0, 2 ** 31], {
    zh: '不再被引用的数据文件保留多久才清除（毫秒）',
    en: 'How long a file no snapshot names is kept before it is swept, in milliseconds',
  }),
  lake_keep_days: whole('GUANTONG_LAKE_KEEP_DAYS', 400, [1, 36_500], {
    zh: '历史快照保留天数；最新一份始终保留',
    en: 'Days old snapshots are kept; the newest always stays',
  }),
  lake_keep_snapshots: whole('GUANTONG_LAKE_KEEP_SNAPSHOTS', 1, [1, 10_000], {
    zh: '每个数据集至少保留的最新快照份数，不论多旧',
    en: 'Newest snapshots of a dataset that are kept however old they are',
  }),
  lake_keep_month_ends: whole('GUANTONG_LAKE_KEEP_MONTH_ENDS', 0, [0, 1200], {
    zh: '超过保留天数后，仍保留最近多少个月末的快照（0 为不保留）',
    en: 'Month ends whose state is kept beyond the days kept; 0 keeps none',
  }),
  lake_index_rows: whole('GUANTONG_LAKE_INDEX_ROWS', 2_000_000, [1, 4_000_000_000], {
    zh: '数据文件超过多少行后建立主键索引，使合并只查找变化的行',
    en: 'Rows of a data file from which its keys are indexed, so that a merge looks up only what it brings',
  }),
  lake_mark_rows: whole('GUANTONG_LAKE_MARK_ROWS', 1_000, [1, 4_000_000_000], {
    zh: '数据文件达到多少行后记下其中的人在哪些行，本人查阅时只读这些行',
    en: 'Rows of a data file from which the rows of each person are noted, for looks at own data',
  }),
  lake_file_mb: whole('GUANTONG_LAKE_FILE_MB', 256, [1, 65_536], {
    zh: '数据文件的大致上限（兆字节），更大的写成多个',
    en: 'About how large a data file may grow, in megabytes; more is written to several',
  }),
  delivery_max_columns: whole('GUANTONG_DELIVERY_MAX_COLUMNS', 10_000, [1, 100_000], {
    zh: '一次交付文件的列数上限',
    en: 'Most columns of a delivered file',
  }),
  delivery_record_max_bytes: whole(
    'GUANTONG_DELIVERY_RECORD_MAX_BYTES',
    1_048_576,
    [256, 2 ** 26],
    {
      zh: '交付文件中一行的上限（字节）',
      en: 'Largest record of a delivered file, in bytes',
    },
  ),
  delivery_unpacked_max_bytes: whole(
    'GUANTONG_DELIVERY_UNPACKED_MAX_BYTES',
    2 ** 30,
    [1024, 2 ** 40],
    {
      zh: 'Excel 或 ZIP 文件解压后的上限（字节）',
      en: 'Most bytes an Excel or ZIP file may unpack to',
    },
  ),
  delivery_unpacked_max_ratio: whole('GUANTONG_DELIVERY_UNPACKED_MAX_RATIO', 400, [10, 10_000], {
    zh: 'Excel 或 ZIP 中一个大文件解压后与压缩前大小之比的上限',
    en: 'Most times its packed size a large file in an Excel or ZIP file may unpack to',
  }),
  delivery_zip_max_entries: whole('GUANTONG_DELIVERY_ZIP_MAX_ENTRIES', 1000, [1, 100_000], {
    zh: 'ZIP 文件中的文件数上限',
    en: 'Most files in a ZIP file',
  }),
  delivery_stale_minutes: whole('GUANTONG_DELIVERY_STALE_MINUTES', 30, [1, 1440], {
    zh: '其他机器上的归集多久没有动静就视为中断（分钟）',
    en: 'Minutes without a sign of life after which a delivery elsewhere counts as interrupted',
  }),
  knowing_misfit_permille: whole('GUANTONG_KNOWING_MISFIT_PERMILLE', 20, [0, 500], {
    zh: '识别文件时，一列中最多千分之几的值可以不符合认定的类型或主键；数量总会显示',
    en: 'Most values in a thousand that may not fit the type or key a file is told to have; they are shown',
  }),
  knowing_max_codes: whole('GUANTONG_KNOWING_MAX_CODES', 20, [2, 500], {
    zh: '识别文件时，不同值不超过多少个才作为代码表',
    en: 'Most different values of a column that is proposed as a code table',
  }),
  knowing_sample_rows: whole('GUANTONG_KNOWING_SAMPLE_ROWS', 2000, [50, 100_000], {
    zh: '识别文件时先抽多少行，决定对全部行问哪些问题',
    en: 'Rows drawn first, to see which questions are worth asking of all rows of a file',
  }),
  discovery_sample_rows: whole('GUANTONG_DISCOVERY_SAMPLE_ROWS', 5000, [100, 200_000], {
    zh: '敏感数据识别抽样时，每个数据资源看多少行',
    en: 'Rows of a dataset that are looked at when sensitive data is looked for by sample',
  }),
  discovery_inside_permille: whole('GUANTONG_DISCOVERY_INSIDE_PERMILLE', 1, [0, 1000], {
    zh: '一列中千分之几的值含有敏感内容才提出；证件号混进备注再少也该知道',
    en: 'Values in a thousand of an item that must contain something sensitive for it to be proposed',
  }),
  discovery_inside_values: whole('GUANTONG_DISCOVERY_INSIDE_VALUES', 3, [1, 1000], {
    zh: '并且至少有多少个值含有',
    en: 'And so many values at least',
  }),
  national_persons_rows: whole('GUANTONG_NATIONAL_PERSONS_ROWS', 1_000_000, [1, 1_000_000_000], {
    zh: '含个人信息的数据资源达到多少行，建议按 GB/T 43697 定为重要数据（规模）',
    en: 'Rows of a dataset about persons from which it is proposed as important data (GB/T 43697, scale)',
  }),
  national_sensitive_rows: whole('GUANTONG_NATIONAL_SENSITIVE_ROWS', 100_000, [1, 1_000_000_000], {
    zh: '含敏感个人信息（证件号、银行卡号等）的数据资源达到多少行，建议定为重要数据',
    en: 'The same for rows with sensitive personal information: ids, cards, passports',
  }),
  discovery_drift_doubt_permille: whole('GUANTONG_DISCOVERY_DRIFT_DOUBT_PERMILLE', 1, [1, 100], {
    zh: '新到数据里看到的敏感内容，若有千分之几以上的可能只是误认，就不告警',
    en: 'Chance in a thousand, at most, that what a delivery seems to bring is nothing but mistakes',
  }),
  discovery_drift_rows: whole('GUANTONG_DISCOVERY_DRIFT_ROWS', 20_000, [100, 1_000_000], {
    zh: '每次归集后，变动的行里最多看多少行有没有混进敏感内容',
    en: 'Changed rows of a delivery that are looked at for sensitive content, at most',
  }),
  invite_valid_hours: whole('GUANTONG_INVITE_VALID_HOURS', 72, [1, 720], {
    zh: '开通账号的设密链接多少小时内有效',
    en: 'Hours the link to set the password of an account stays valid',
  }),
  password_min_length: whole('GUANTONG_PASSWORD_MIN_LENGTH', 12, [8, 128], {
    zh: '密码的最少位数',
    en: 'Fewest characters of a password',
  }),
  session_cache_ms: whole('GUANTONG_SESSION_CACHE_MS', 1000, [0, 60_000], {
    zh: '会话和角色在进程内记住多久（毫秒）；另一进程停用账号后最迟此时生效',
    en: 'How long a process remembers sessions and roles, in milliseconds; changes by others take this',
  }),
  hub_page_rows: whole('GUANTONG_HUB_PAGE_ROWS', 2000, [1, 100_000], {
    zh: '受理一批归集数据时一次读多少行',
    en: 'Rows of a delivery the hub reads at a time when it takes them in as reports',
  }),
  lake_keep_hour: whole('GUANTONG_LAKE_KEEP_HOUR', 3, [0, 23], {
    zh: '每天几点（本地时间）清理过期快照和无用文件',
    en: 'Local hour of the day at which old snapshots and unused files are cleared',
  }),
  arrival_runs: whole('GUANTONG_ARRIVAL_RUNS', 2, [1, 64], {
    zh: '同时进行的归集任务数；同一资源一次只进行一个',
    en: 'Runs that bring data at once; of one dataset only one at a time',
  }),
  arrival_attempts: whole('GUANTONG_ARRIVAL_ATTEMPTS', 5, [1, 100], {
    zh: '一次归集因网络、磁盘等原因最多尝试的次数',
    en: 'Attempts at a run that meets what may pass, such as the network or the disk',
  }),
  watch_folder: text('GUANTONG_WATCH_FOLDER', '', {
    zh: '监视文件夹的根目录；留空为数据文件夹下的 inbox',
    en: 'Folder below which watched folders lie; `inbox` of the data folder when empty',
  }),
  pull_hosts: text('GUANTONG_PULL_HOSTS', '', {
    zh: '允许主动去取数据的主机，逗号分隔，*.开头表示其下各级；留空则一个都不允许',
    en: 'Hosts data may be fetched from, separated by commas, `*.` for all below; none when empty',
  }),
  pull_networks: text('GUANTONG_PULL_NETWORKS', '', {
    zh: '虽属内部或保留、仍允许连接的网段（CIDR），逗号分隔',
    en: 'Private or reserved networks (CIDR) that may be connected to all the same',
  }),
  pull_time_limit_minutes: whole('GUANTONG_PULL_TIME_LIMIT_MINUTES', 60, [1, 1440], {
    zh: '一次主动取数的时间上限（分钟）',
    en: 'Longest one fetch from a source may take, in minutes',
  }),
  pull_connect_ms: whole('GUANTONG_PULL_CONNECT_MS', 15_000, [100, 600_000], {
    zh: '连接数据来源、以及等待它继续的时间上限（毫秒）',
    en: 'Longest wait for a source to answer, and to go on, in milliseconds',
  }),
  source_hour: whole('GUANTONG_SOURCE_HOUR', 2, [0, 23], {
    zh: '没有写明时间的数据来源每个周期第一天的几点取数（本地时间）',
    en: 'Local hour at which sources without a schedule are fetched on the first day of a cycle',
  }),
  upload_keep_hours: whole('GUANTONG_UPLOAD_KEEP_HOURS', 24, [1, 720], {
    zh: '没有传完或没有交付的上传保留的小时数，从最后一段算起',
    en: 'Hours an upload is kept that is not complete or not delivered, from its last piece',
  }),
  upload_quota_bytes: whole('GUANTONG_UPLOAD_QUOTA_BYTES', 8 * 2 ** 30, [1024, 2 ** 44], {
    zh: '一个账号未交付的上传合计上限（字节）',
    en: 'Most bytes of uploads one account may hold that are not delivered',
  }),
  push_key_keep_days: whole('GUANTONG_PUSH_KEY_KEEP_DAYS', 7, [1, 366], {
    zh: '推送的幂等键保留的天数',
    en: 'Days an idempotency key of a push is kept',
  }),
  arrival_keep_days: whole('GUANTONG_ARRIVAL_KEEP_DAYS', 90, [1, 36_500], {
    zh: '文件夹来源里 done、returned 下的文件保留多少天',
    en: 'Days the files below done and returned of watched folders are kept',
  }),
  returned_keep_days: whole('GUANTONG_RETURNED_KEEP_DAYS', 365, [1, 36_500], {
    zh: '退回数据全部改好或被取代后，其文件再保留多少天',
    en: 'Days a file of returned rows is kept once none of them is out any more',
  }),
  arrival_retry_ms: whole('GUANTONG_ARRIVAL_RETRY_MS', 5000, [1, 3_600_000], {
    zh: '归集失败后首次重试的等待（毫秒），逐次加倍',
    en: 'Wait before the first retry of a run, in milliseconds; doubles each time',
  }),
  arrival_retry_max_ms: whole('GUANTONG_ARRIVAL_RETRY_MAX_MS', 600_000, [1, 86_400_000], {
    zh: '归集重试等待的上限（毫秒）',
    en: 'Longest wait between two attempts of a run, in milliseconds',
  }),
} as const;
