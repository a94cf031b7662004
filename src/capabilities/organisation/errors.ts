import { errorTable } from '#kernel/errors';

export const organisationErrors = errorTable('organisation', {
  no_unit: { status: 404, zh: '没有编码为 {code} 的单位', en: 'There is no unit {code}' },
  no_role: { status: 404, zh: '没有名为 {role} 的角色', en: 'There is no role {role}' },
  no_account: { status: 404, zh: '没有账号 {account}', en: 'There is no account {account}' },
  taken: {
    status: 409,
    zh: '账号名 {account} 已被使用（包括停用的）',
    en: 'The account name {account} is taken, be it by a closed account',
  },
  stale: {
    status: 409,
    zh: '账号 {account} 刚被别人改过，请刷新后再试',
    en: 'Account {account} was changed by somebody else; reload and try again',
  },
  exclusive: {
    status: 409,
    zh: '“{role}”与“{other}”不能由同一人担任',
    en: 'One person may not be both "{role}" and "{other}"',
  },
  too_soon: {
    status: 409,
    zh: '该账号（或同一人的账号）在 {until} 之前任过“{other}”，间隔不足 {days} 天，不能任“{role}”',
    en: 'The account, or one of the same person, was "{other}" until {until}: "{role}" takes a break of {days} days',
  },
  needs_two: {
    status: 403,
    zh: '角色变更须由系统管理员提出、安全管理员确认，不能一人完成',
    en: 'A change of roles is proposed by the system administrator and confirmed by the security administrator',
  },
  own_proposal: {
    status: 403,
    zh: '不能确认自己提出的、或给自己的角色变更',
    en: 'Nobody confirms a change that he proposed or that is about himself',
  },
  no_change: {
    status: 404,
    zh: '没有这项待确认的角色变更，可能已被处理',
    en: 'There is no such change waiting; it may have been answered already',
  },
  nothing_changes: {
    status: 400,
    zh: '角色没有变化',
    en: 'The roles stay as they are',
  },
  bad_list: {
    status: 400,
    zh: '名单读不懂：{detail}',
    en: 'The list cannot be read: {detail}',
  },
  list_too_large: {
    status: 413,
    zh: '名单文件太大，最多 {bytes} 字节',
    en: 'The list is too large; {bytes} bytes at most',
  },
  list_length: {
    status: 400,
    zh: '名单有 {rows} 行，应为 1 到 {most} 行',
    en: 'The list has {rows} rows; 1 to {most} are taken',
  },
  list_faults: {
    status: 400,
    zh: '名单有 {count} 处问题，全部改好后再提交；没有开通任何账号',
    en: 'The list has {count} faults; mend them all and send it again. No account was opened',
  },
  not_mine: {
    status: 403,
    zh: '“{unit}”不在您管理的范围内',
    en: '"{unit}" is not among the units you look after',
  },
  wrong_level: {
    status: 400,
    zh: '“{role}”不能在“{unit}”这一级担任',
    en: '"{role}" cannot be held at the level of "{unit}"',
  },
  not_staff: {
    status: 400,
    zh: '“{unit}”不属于组织体系，不能挂账号',
    en: '"{unit}" is not in the staff tree; no account can be attached',
  },
  own_roles: {
    status: 403,
    zh: '不能给自己授权',
    en: 'Nobody grants roles to himself',
  },
  unit_in_use: {
    status: 409,
    zh: '单位 {code} 还有账号或下级，不能撤下',
    en: 'Unit {code} still has accounts or units below it and cannot be taken away',
  },
  invite_spent: {
    status: 410,
    zh: '设密链接已用过、已过期或已作废，请向开通账号的人再要一个',
    en: 'The link was used, has expired or was replaced; ask for a new one',
  },
  short_password: {
    status: 400,
    zh: '密码至少 {length} 位',
    en: 'A password has at least {length} characters',
  },
  bad_account: {
    status: 400,
    zh: '账号名以小写字母开头，由 2–32 位小写字母、数字或下划线组成；姓名 1–64 个字',
    en: 'An account name is 2 to 32 of a-z, 0-9, _ and starts with a letter; a name has 1 to 64',
  },
  excluded_account: {
    status: 403,
    zh: '账号 {account} 是“{role}”，您是“{other}”，两者互斥，不能由您发设密链接；请在服务器上用命令行发',
    en: 'Account {account} is "{role}", you are "{other}", which exclude one another: its link is made at the command line',
  },
  excluded_link: {
    status: 409,
    zh: '账号 {account} 的密码是经“{other}”{issuer} 发的链接设的，不能再授予“{role}”；请在服务器上用命令行重发设密链接',
    en: 'The password of {account} was set by a link of {issuer}, who is "{other}": "{role}" needs a link of the command line',
  },
  own_identity: {
    status: 403,
    zh: '自己的账号要由别人核对证件后实名',
    en: 'Somebody else has to see your document and bind your account',
  },
  no_claim: {
    status: 404,
    zh: '账号 {account} 没有待确认的实名',
    en: 'Nobody said whose account {account} is; there is nothing to confirm',
  },
  own_claim: {
    status: 403,
    zh: '实名要由另一个人核对证件后确认',
    en: 'Another person has to see the document and confirm whose account it is',
  },
  identity_differs: {
    status: 409,
    zh: '账号 {account} 两人录入的证件号码不一致，已退回：请核对证件，由两人重新录入',
    en: 'Two people entered different numbers for {account}: both look at the document and begin anew',
  },
  packed: {
    status: 409,
    zh: '账号 {account} 由场景应用的文件管理，请改文件',
    en: 'Account {account} is kept in the file of a pack; change the file',
  },
  bad_code: {
    status: 400,
    zh: '编码 {code} 不合规：{level} 应为 {expected}',
    en: 'The code {code} is not one of a {level}: {expected} is expected',
  },
  no_parent: {
    status: 400,
    zh: '上级 {parent} 不存在',
    en: 'The parent {parent} does not exist',
  },
  bad_parent: {
    status: 400,
    zh: '{level} {code} 不能放在 {parent} 之下',
    en: 'The {level} {code} cannot stand under {parent}',
  },
  unit_twice: {
    status: 400,
    zh: '编码 {code} 出现了不止一次（{other}）',
    en: 'The code {code} stands more than once ({other})',
  },
  one_sided: {
    status: 400,
    zh: '“{role}”应把“{other}”列为互斥，与对方一致',
    en: '"{role}" must exclude "{other}", as that role does',
  },
  bad_boundary: {
    status: 400,
    zh: '不是合规的 GeoJSON 面集合：{detail}',
    en: 'Not a GeoJSON collection of polygons as it should be: {detail}',
  },
});
