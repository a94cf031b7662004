/** The door of auth: who is asking, sessions, sign-in. */
export {
  type Actor,
  anonymous,
  authErrors,
  holds,
  type RoleInUnit,
  requirePermission,
  seesUnit,
  systemActor,
} from './actor.ts';
export {
  confirmFactor,
  dropFactor,
  type FactorStart,
  factorState,
  hasFactor,
  removeFactor,
  startFactor,
} from './factors.ts';
export {
  addIdentityProvider,
  type Going,
  type Identity,
  IdentityFailure,
  type IdentityProvider,
  identityProviders,
} from './identity/provider.ts';
export {
  type Arrived,
  beginWay,
  endWay,
  giveCode,
  myIdentities,
  unlinkIdentity,
} from './identity/ways.ts';
export { homeKey, personHash } from './keys.ts';
export { forgetActors } from './memory.ts';
export { hashPassword } from './passwords.ts';
export {
  authenticate,
  type Caller,
  type Credentials,
  closeSessionsOf,
  endMySession,
  lastSignIns,
  type MySession,
  mySessions,
  type NewSession,
  openSession,
  requireCsrf,
  sessionCookie,
} from './sessions.ts';
export {
  createDemoLink,
  demoAccounts,
  type Login,
  login,
  logout,
  openDemoLink,
  prove,
  requireLoopbackDemo,
  requireProof,
  switchDemoAccount,
} from './signin.ts';
export {
  type ActorSource,
  actorSource,
  type ClientSource,
  type DemoAccount,
  type LoginAccount,
  setActorSource,
  setClientSource,
} from './source.ts';
export {
  closeExcludedTokens,
  closeTokensOf,
  issueToken,
  listTokens,
  revokeToken,
  type Token,
  tokensPermission,
} from './tokens.ts';
