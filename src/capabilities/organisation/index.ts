/** Door of the organisation: units of the staff and governance trees, roles, accounts. */
import type { Capability } from '#kernel/capability';
import { registerActors } from './actions/index.ts';
import { organisationKinds } from './kind/index.ts';
import { organisationRoutes } from './routes.ts';

export {
  acceptInvite,
  accountRates,
  accountsWith,
  bindIdentity,
  boundariesUnder,
  changePassword,
  confirmIdentity,
  confirmRoles,
  findUnit,
  grantRoles,
  type Holder,
  type Invite,
  identityClaims,
  identityOf,
  invite,
  inviteOf,
  listAccounts,
  loadActor,
  loginAccount,
  openAccount,
  openMany,
  proposeRoles,
  rejectIdentity,
  rejectRoles,
  resetFactor,
  roleChanges,
  rolesKnown,
  setClosed,
  shownNames,
  standIns,
  unitOf,
  unitsUnder,
  whoLooked,
} from './actions/index.ts';
export { organisationErrors } from './errors.ts';
export { unitKnown } from './kind/units.ts';
export {
  type HeldRole,
  isDivision,
  lookSchema,
  maskName,
  type Role,
  type Unit,
  type UnitLevel,
  unitLevels,
  worksForDistrict,
} from './model.ts';

const all = ['system', 'security', 'audit', 'business'] as const;

export const organisation: Capability = {
  name: 'organisation',
  kinds: organisationKinds,
  routes: organisationRoutes,
  permissions: {
    'organisation.read': {
      zh: '查看本单位及下级的账号',
      en: 'See the accounts of my units',
      duties: all,
    },
    'organisation.manage': {
      zh: '开通和停用账号，提出角色变更',
      en: 'Open and close accounts, propose changes of roles',
      duties: ['system'],
    },
    'organisation.grant': {
      zh: '确认角色变更',
      en: 'Confirm changes of roles',
      duties: ['security'],
    },
  },
  start: async () => registerActors(),
};
