/**
 * A process's view of the platform: settings, database, lake, audit, and the loops that deliver
 * events, fire timers and run jobs. Server, worker and command line all open it here, so that none
 * of them does it another way.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditKeeping, createAudit, startAuditKeeping } from '#kernel/audit';
import { type Actor, actorSource, systemActor } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import { type Clock, type Ctx, systemClock } from '#kernel/context';
import { type Database, migrate, openDatabase } from '#kernel/db';
import { deliverEvents, startEvents } from '#kernel/events';
import {
  delayedJobs,
  fireDueTimers,
  installJobs,
  runJobs,
  startJobs,
  startTimers,
} from '#kernel/jobs';
import { createLake, lakeKeeping, startKeeping } from '#kernel/lake';
import { createLog, type Log } from '#kernel/log';
import { declaredBy, setDeclared } from '#kernel/packs';
import { capabilities } from './capabilities.ts';
import { appErrors } from './errors.ts';
import { shutFolders } from './home-folders.ts';
import { type PackConflict, withHomePacks } from './home-packs.ts';

export interface PlatformOptions {
  /**
   * `server` owns the home; `worker` and `command` use the server of the home's owner when there is
   * one.
   */
  role: 'server' | 'worker' | 'command';
  log?: Log;
  clock?: Clock;
}

export interface Platform {
  home: string;
  log: Log;
  settings: Settings;
  database: Database;
  /** A context of the platform itself, or of `actor`; `clock` replaces the time of day. */
  ctx(actor?: Actor, over?: { clock?: Clock; requestId?: string }): Ctx;
  /** The person at the terminal: the account of `login`, else an operator of the district. */
  operator(login?: string): Promise<Ctx>;
  /**
   * Delivers events, fires due timers and runs jobs until nothing is left. `clock` is the time it
   * works by.
   */
  drain(clock?: Clock): Promise<void>;
  /** Starts the loops that do so for as long as the process runs. */
  loops(): Promise<void>;
  close(): Promise<void>;
}

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Everything with events, timers and jobs; the kernel's own delayed jobs first. */
const workers = [delayedJobs, lakeKeeping, auditKeeping, ...capabilities];

/**
 * Whoever may open the home's files is the operator: no account is asked, his reads and deliveries
 * go through the gate all the same, as data administrator of the district, and stand in the audit
 * as `operator`.
 */
function operatorOf(settings: Settings): Actor {
  const code = settings.county_code;
  const role = { role: 'data_admin', unit: code, path: code, unitName: settings.county_name };
  return {
    kind: 'account',
    id: 'operator',
    name: '运维',
    roles: [role],
    permissions: new Set(['*']),
    from: 'local',
  };
}

/** Opens the platform. Close it whatever happens. */
export async function openPlatform(
  settings: Settings,
  options: PlatformOptions,
): Promise<Platform> {
  const log = options.log ?? createLog(settings);
  const home = resolve(settings.home);
  await mkdir(home, { recursive: true });
  await shutFolders(home, log);
  const database = await openDatabase(settings, { log, guest: options.role !== 'server' });
  try {
    return await assemble({ settings, home, log, database, clock: options.clock ?? systemClock });
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

interface Parts {
  settings: Settings;
  home: string;
  log: Log;
  database: Database;
  clock: Clock;
}

async function assemble(parts: Parts): Promise<Platform> {
  const { settings, home, log, database } = parts;
  setDeclared(declaredBy(capabilities));
  await migrate(database.db);
  await installJobs(database.db);
  const lake = await createLake({ home: join(home, 'lake'), log, settings, clock: parts.clock });
  const audit = createAudit({ db: database.db, settings, clock: parts.clock, log });
  const ctx: Platform['ctx'] = (actor = systemActor('platform'), over = {}) => ({
    actor,
    db: database.db,
    lake,
    log,
    clock: over.clock ?? parts.clock,
    audit,
    settings,
    requestId: over.requestId ?? randomUUID(),
  });
  for (const capability of capabilities) await capability.start?.(ctx());
  const running: { stop(): Promise<void> }[] = [];
  const startLoops = async (): Promise<void> => {
    lake.warm();
    await startKeeping(ctx());
    await startAuditKeeping(ctx());
    const deps = { ctx: ctx(), capabilities: workers, listener: database.listener };
    running.push(await startEvents(deps));
    running.push(await startTimers(deps));
    running.push(await startJobs({ ctx: ctx(), capabilities: workers, url: database.url }));
  };
  // Asked to end while they start, the loops are all there before they are stopped: one left
  // running would ask a closed database for ever.
  let starting: Promise<void> | undefined;
  let closing = false;
  return {
    home,
    log,
    settings,
    database,
    ctx,
    operator: (login) => operatorCtx(ctx, settings, login),
    drain: (clock) => drain(ctx(systemActor('platform'), clock ? { clock } : {})),
    loops: async () => {
      if (closing) return;
      starting ??= startLoops();
      await starting;
    },
    close: async () => {
      closing = true;
      await Promise.allSettled([starting]);
      for (const loop of running.reverse()) await loop.stop();
      await audit.close();
      await lake.close();
      await database.close();
    },
  };
}

async function operatorCtx(ctx: Platform['ctx'], settings: Settings, login?: string): Promise<Ctx> {
  if (login === undefined) return ctx(operatorOf(settings));
  const account = await actorSource().login(ctx(), login);
  const actor = account && (await actorSource().byAccount(ctx(), account.id));
  if (!actor) throw appErrors.make('account_unknown', { account: login });
  return ctx(actor);
}

async function drain(ctx: Ctx): Promise<void> {
  for (;;) {
    const events = await deliverEvents(ctx, workers);
    const timers = await fireDueTimers(ctx, workers);
    const jobs = await runJobs(ctx, workers);
    if (events + timers + jobs === 0) return;
  }
}

/** For a server: a file that people and the shipped pack both changed is in the log. */
export const toldTo =
  (log: Log) =>
  (conflict: PackConflict): void =>
    log.warn(
      conflict,
      'a file of a pack was changed by people and by its new version: theirs stands',
    );

/**
 * Folders of packs: those given, else those of the setting `packs` and those of the home. A pack
 * that people changed in pages stands in the home whole and is the one that counts; what is shipped
 * anew goes into the files nobody changed.
 * @param tell hears of files that people and the shipped pack both changed
 */
export function packFolders(
  settings: Settings,
  given: string[],
  tell: (conflict: PackConflict) => void = () => undefined,
): string[] {
  if (given.length > 0) return given.map((folder) => resolve(folder));
  const named = settings.packs.split(',').map((folder) => resolve(projectRoot, folder.trim()));
  const { folders, conflicts } = withHomePacks(settings, named);
  for (const conflict of conflicts) tell(conflict);
  return folders;
}
