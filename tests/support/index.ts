/**
 * What tests stand on: a world with a real database, a real lake and a clock that the test sets.
 */
import type { Settings } from '#kernel/config';
import type { ArrivalWorld } from './arrival.ts';
import type { Delivered } from './district.ts';
import type { Roads } from './roads.ts';
import type { TestWorld, WorldOptions } from './world.ts';

export { actor } from './actor.ts';
export type { ArrivalWorld } from './arrival.ts';
export { monday, type TestClock, testClock } from './clock.ts';
export { type Cuttable, cuttable } from './cuttable.ts';
export type { Delivered } from './district.ts';
export { copiedWorld } from './kept.ts';
export { type MariaDb, mariadb } from './mariadb.ts';
export { clientId, clientSecret, FakeProvider, type Issued, signingKey } from './oidc.ts';
export { applyFiles } from './packs.ts';
export {
  type Loaded,
  type PollutedFile,
  pollutedFiles,
  type Score,
  scoreOf,
  type Truth,
  totalOf,
} from './pollution/index.ts';
export { pothole, potholeFiles, potholePermissions, potholeSeats } from './pothole.ts';
export { quickest } from './quickest.ts';
export { refusal, refusing } from './refusal.ts';
export { type Road, type Roads, roads, type Table } from './roads.ts';
export { rowsRead } from './rows-read.ts';
export { removeHome, temporaryFolder, urlOf, withDb } from './server.ts';
export {
  contractOf,
  oddContract,
  type Trial,
  type TrialItem,
  type TrialLine,
  trialContract,
  trialFiles,
  trialGrant,
  trialPolicy,
  trialRole,
  trialWorld,
} from './trial.ts';
export { type TestWorld, testWorld, type WorldOptions } from './world.ts';

/** A small district for the tests of arriving; loaded only where it is asked for. */
export const arrivalWorld = async (settings: Partial<Settings> = {}): Promise<ArrivalWorld> =>
  (await import('./arrival.ts')).arrivalWorld(settings);

/** A district of its own with all roads open; loaded only where it is asked for. */
export const sixRoads = async (): Promise<Roads> => (await import('./six-roads.ts')).sixRoads();

/** A world with the district's pack; its whole code is loaded only where it is asked for. */
export const districtWorld = async (options: WorldOptions = {}): Promise<TestWorld> =>
  (await import('./district.ts')).districtWorld(options);

/** The same after every department delivered; loaded only where it is asked for. */
export const deliveredDistrict = async (settings: Partial<Settings> = {}): Promise<Delivered> =>
  (await import('./district.ts')).deliveredDistrict(settings);
