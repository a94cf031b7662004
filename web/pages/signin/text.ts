/** Words of the ways in: by password, by an identity provider, by a link that sets a password. */
export const text = {
  title: { zh: '登录', en: 'Sign in' },
  welcome: { zh: '公共数据平台', en: 'Public data platform of the district' },
  name: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  submit: { zh: '登录', en: 'Sign in' },
  nameMissing: { zh: '请填写账号', en: 'Enter the account' },
  passwordMissing: { zh: '请填写密码', en: 'Enter the password' },
  choosePassword: { zh: '设置密码', en: 'Choose a password' },
  whose: { zh: '账号 {account} · {name} · {unit}', en: 'Account {account} · {name} · {unit}' },
  until: { zh: '链接只能用一次，{time} 前有效', en: 'The link works once, until {time}' },
  choose: { zh: '设好密码并进入', en: 'Set the password and enter' },
  noToken: { zh: '链接不完整', en: 'The link is not complete' },
  noTokenDo: {
    zh: '请从收到的消息里把整条链接复制到地址栏，或请管理员再发一个',
    en: 'Copy the whole link from the message, or ask your administrator for another',
  },
  demo: {
    zh: '演示模式：账号和密码在启动程序的终端里',
    en: 'Demo: accounts and password stand in the terminal',
  },
  code: { zh: '动态验证码', en: 'One-time code' },
  codeHint: {
    zh: '手机验证器上的六位数字；手机不在身边就用恢复码',
    en: 'Six digits of your authenticator; without the phone, a recovery code',
  },
  codeMissing: { zh: '请填写验证码', en: 'Enter the code' },
  or: { zh: '或', en: 'or' },
  via: { zh: '用{name}登录', en: 'Sign in with {name}' },
  codeTitle: { zh: '再输入动态验证码', en: 'One more code' },
  codeWhy: {
    zh: '身份认证已通过。您的账号设置了动态验证码，请输入它完成登录。',
    en: 'You are who you say. Your account has a second factor: enter its code to come in.',
  },
  restart: { zh: '重新开始', en: 'Start again' },
  'problem.auth.way_gone': {
    zh: '登录过程已过期、已用过，或换了浏览器。请重新开始。',
    en: 'That sign-in has run out, was used already, or began in another browser. Start again.',
  },
  'problem.auth.identity_denied': {
    zh: '统一身份认证没有放行。请重试，或用账号密码登录。',
    en: 'The identity provider let nobody in. Try again, or sign in by password.',
  },
  'problem.auth.identity_untrusted': {
    zh: '统一身份认证的答复没有通过核对。请重试；再出现请告诉系统管理员。',
    en: 'The answer of the identity provider did not stand the checks. Tell the administrator.',
  },
  'problem.auth.identity_away': {
    zh: '暂时连不上统一身份认证。请稍后再试，或用账号密码登录。',
    en: 'The identity provider cannot be reached. Try again later, or sign in by password.',
  },
  'problem.auth.identity_unknown': {
    zh: '这个统一身份还没有绑定可用的账号。请先用账号密码登录，在“我的账号与安全”里绑定。',
    en: 'No open account is linked to this identity. Sign in by password and link it in My account.',
  },
  'problem.auth.identity_taken': {
    zh: '没有绑定：这个统一身份已绑定别的账号，或您的账号已有绑定。',
    en: 'Not linked: this identity, or your account, has a link already.',
  },
  'problem.auth.locked': {
    zh: '账号暂时锁定，请过一会儿再试。',
    en: 'The account is locked for a while. Try again later.',
  },
  'problem.auth.no_provider': {
    zh: '平台没有接入这个统一身份认证。请用账号密码登录。',
    en: 'No such identity provider is set up. Sign in by password.',
  },
  'problem.other': { zh: '没有登录成功。请重试。', en: 'That did not work. Try again.' },
};
