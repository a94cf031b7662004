/** Verbs of the organisation. */
export {
  type AccountQuery,
  accountsWith,
  grantRoles,
  type Holder,
  listAccounts,
  loadActor,
  loginAccount,
  myAccount,
  openAccount,
  rolesKnown,
  setClosed,
} from './accounts.ts';
export { registerActors } from './identity.ts';
export { acceptInvite, type Invite, invite, inviteOf } from './invites.ts';
export { boundariesUnder, findUnit, unitOf, unitsUnder } from './units.ts';
