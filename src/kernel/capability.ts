/**
 * The one interface between the kernel and a capability: what packs may declare, which routes it
 * serves, which events, jobs and timers it handles. `src/app/capabilities.ts` is the list of them
 * in flow order.
 */
import type { EventHandler } from '#kernel/events';
import type { Route } from '#kernel/http';
import type { JobHandler, TimerHandler } from '#kernel/jobs';
import type { PackKind, PackSection } from '#kernel/packs';
import type { Ctx } from './context.ts';

/** What a permission lets its holder do, and whose business that is. */
export interface Permission {
  zh: string;
  en: string;
  /**
   * Which of the three administrators may hold it, and whether others may; `business` alone when
   * absent. No administrator holds what is business alone: none of the three reads data.
   */
  duties?: readonly ('system' | 'security' | 'audit' | 'business')[];
}

export interface Capability {
  /**
   * Folder name and prefix of its error codes, permissions, events and routes (`/api/<name>/...`).
   */
  name: string;
  /** Kinds of pack files it owns; the folder of a pack is the kind's name. */
  kinds?: PackKind[];
  /** Named closed sections it adds to an earlier capability's kind. */
  sections?: PackSection[];
  routes?: Route[];
  /** Event name -> handler, delivered at least once: handlers are idempotent. */
  on?: Record<string, EventHandler>;
  /** Job name -> handler (pg-boss queue of that name). */
  jobs?: Record<string, JobHandler>;
  /** Timer kind -> handler, fired exactly once in the transaction that marks the timer fired. */
  timers?: Record<string, TimerHandler>;
  /** Events it publishes, with one line each for the reference. */
  publishes?: Record<string, string>;
  /** Permissions it checks, with one line each in both languages; roles name them in packs. */
  permissions?: Record<string, Permission>;
  /** Runs once in every process after migrations and before traffic. */
  start?: (ctx: Ctx) => Promise<void>;
}
