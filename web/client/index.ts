/** The door of the client: server, session, languages, time. It draws nothing. */
export { takeArrival } from './arrival.ts';
export {
  ApiError,
  csrfToken,
  del,
  type Fault,
  get,
  post,
  put,
  request,
  sendBytes,
  upload,
  withQuery,
} from './fetch.ts';
export {
  type Bilingual,
  currentLanguage,
  type Dictionary,
  isElder,
  type Language,
  type Say,
  say,
  setElder,
  setLanguage,
  useElder,
  useLanguage,
  useListed,
  useLocal,
  useText,
} from './i18n.ts';
export { listen, reconnect, useConnected, useLive } from './live.ts';
export type { PageRoute } from './page.ts';
export { queryClient } from './query.ts';
export { forgetFile, sendFile } from './resume.ts';
export {
  type DemoAccount,
  type Me,
  type RoleHeld,
  sessionKey,
  signIn,
  signOut,
  useDemoAccounts,
  useDistrictName,
  useMay,
  useMe,
  useMyRole,
  useSwitchAccount,
  useThemeWords,
  useUnitsWithin,
  useUnitWords,
} from './session.ts';
export {
  age,
  dayWords,
  duration,
  hourMinute,
  hourMinuteSecond,
  instantOf,
  isoDay,
  isToday,
  serverNow,
  setZone,
  shortTime,
  useAge,
  useNow,
  weekday,
} from './time.ts';
export { useUrlValue } from './url.ts';
