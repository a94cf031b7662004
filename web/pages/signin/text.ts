/** Words of the sign-in page. */
export const text = {
  title: { zh: '登录', en: 'Sign in' },
  welcome: { zh: '县域公共数据平台', en: 'Public-data platform of a county' },
  name: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  submit: { zh: '登录', en: 'Sign in' },
  nameMissing: { zh: '请填写账号', en: 'Enter the account' },
  passwordMissing: { zh: '请填写密码', en: 'Enter the password' },
  demo: {
    zh: '演示模式：账号和密码在启动程序的终端里',
    en: 'Demo: accounts and password stand in the terminal',
  },
};
