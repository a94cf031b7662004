/** Door of the organisation: units of the staff and governance trees, roles, accounts. */
import type { Capability } from '#kernel/capability';
import { registerActors } from './actions/index.ts';
import { organisationKinds } from './kind/index.ts';
import { organisationRoutes } from './routes.ts';

export {
  acceptInvite,
  accountsWith,
  boundariesUnder,
  findUnit,
  grantRoles,
  type Holder,
  type Invite,
  invite,
  inviteOf,
  listAccounts,
  loadActor,
  loginAccount,
  openAccount,
  rolesKnown,
  setClosed,
  unitOf,
  unitsUnder,
} from './actions/index.ts';
export { organisationErrors } from './errors.ts';
export { unitKnown } from './kind/units.ts';
export {
  type HeldRole,
  isDivision,
  maskName,
  type Role,
  type Unit,
  type UnitLevel,
  unitLevels,
  worksForDistrict,
} from './model.ts';

export const organisation: Capability = {
  name: 'organisation',
  kinds: organisationKinds,
  routes: organisationRoutes,
  permissions: {
    'organisation.read': { zh: '查看本单位及下级的账号', en: 'See the accounts of my units' },
    'organisation.manage': { zh: '开通和停用账号', en: 'Open and close accounts' },
    'organisation.grant': { zh: '授予和收回角色', en: 'Grant and take back roles' },
  },
  start: async () => registerActors(),
};
