/**
 * Where accounts come from. The kernel keeps sessions and knows no account; the capability that
 * holds accounts registers itself here once at start.
 */
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import type { Actor } from './actor.ts';

export interface LoginAccount {
  id: string;
  /** argon2id in its encoded form; null when the account signs in another way only. */
  passwordHash: string | null;
  disabled: boolean;
}

/** One card of the demo's role switcher. */
export interface DemoAccount {
  id: string;
  role: string;
  title: Bilingual;
  name: string;
  unitName: string;
}

export interface ActorSource {
  /**
   * The actor of an enabled account, `undefined` when gone or disabled. `from` is filled in by
   * auth.
   */
  byAccount(ctx: Ctx, id: string): Promise<Actor | undefined>;
  /**
   * Whether the account must have a second factor, and whether it is of the demo, which is asked
   * for neither a factor nor a second proof. Nothing is asked when absent.
   */
  guard?(ctx: Ctx, id: string): Promise<{ secondFactor: boolean; exempt: boolean }>;
  /** Whether the roles of two accounts may not be in one hand. Never when absent. */
  excludes?(ctx: Ctx, account: string, other: string): Promise<boolean>;
  /** The account signing in under this name. */
  login(ctx: Ctx, name: string): Promise<LoginAccount | undefined>;
  /** Accounts offered by the demo's role switcher, in the order shown. */
  demoAccounts(ctx: Ctx): Promise<DemoAccount[]>;
}

/**
 * Clients that a capability knows by tokens of its own (a grant's, for instance); asked before the
 * tokens of service accounts. `undefined` for a token that is not one of its own.
 */
export type ClientSource = (ctx: Ctx, token: string) => Promise<Actor | undefined>;

let actors: ActorSource | undefined;
let clients: ClientSource | undefined;

/** Registers where accounts come from; the last one registered is asked. */
export function setActorSource(source: ActorSource): void {
  actors = source;
}

/** Registers tokens that are not auth's own. */
export function setClientSource(source: ClientSource): void {
  clients = source;
}

export const clientSource = (): ClientSource | undefined => clients;

/** @throws Error when no capability registered: a fault of assembly, not of the user. */
export function actorSource(): ActorSource {
  if (actors === undefined) throw new Error('no actor source: organisation is not started');
  return actors;
}
