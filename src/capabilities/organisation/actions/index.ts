/** Verbs of the organisation. */
export {
  type AccountQuery,
  accountsWith,
  type Holder,
  listAccounts,
  loadActor,
  loginAccount,
  myAccount,
  openAccount,
  rolesKnown,
  shownNames,
  standIns,
} from './accounts.ts';
export { type OpenedMany, openMany } from './bulk.ts';
export { setClosed } from './closing.ts';
export { registerActors } from './identity.ts';
export { acceptInvite, type Invite, invite, inviteOf } from './invites.ts';
export {
  bindIdentity,
  confirmIdentity,
  identityClaims,
  identityOf,
  rejectIdentity,
  whoLooked,
} from './looks.ts';
export { changePassword, resetFactor } from './own.ts';
export { accountRates } from './rates.ts';
export { confirmRoles, grantRoles, proposeRoles, rejectRoles, roleChanges } from './roles.ts';
export { boundariesUnder, findUnit, unitOf, unitsUnder } from './units.ts';
