/** Words of the two ways in: signing in, choosing a password by a link. */
export const text = {
  title: { zh: '登录', en: 'Sign in' },
  welcome: { zh: '县域公共数据平台', en: 'Public-data platform of a county' },
  name: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  submit: { zh: '登录', en: 'Sign in' },
  nameMissing: { zh: '请填写账号', en: 'Enter the account' },
  passwordMissing: { zh: '请填写密码', en: 'Enter the password' },
  choosePassword: { zh: '设置密码', en: 'Choose a password' },
  whose: { zh: '账号 {account} · {name} · {unit}', en: 'Account {account} · {name} · {unit}' },
  until: { zh: '链接只能用一次，{time} 前有效', en: 'The link works once, until {time}' },
  newPassword: { zh: '新密码', en: 'New password' },
  again: { zh: '再输一遍', en: 'Once more' },
  rule: {
    zh: '至少 {least} 位。几个不相干的词连起来，好记也难猜',
    en: 'At least {least} characters. A few unrelated words are easy to keep and hard to guess',
  },
  tooShort: { zh: '密码至少 {least} 位', en: 'At least {least} characters' },
  different: { zh: '两次输入的不一样', en: 'The two are not the same' },
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
};
