/** The door of auth: who is asking, sessions, sign-in. */
export {
  type Actor,
  anonymous,
  authErrors,
  type RoleInUnit,
  requirePermission,
  seesUnit,
  systemActor,
} from './actor.ts';
export {
  type ActorSource,
  type ClientSource,
  type DemoAccount,
  type LoginAccount,
  setActorSource,
  setClientSource,
} from './source.ts';
