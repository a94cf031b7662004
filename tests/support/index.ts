/**
 * What tests stand on: a world with a real database, a real lake and a clock that the test sets.
 */
export { actor } from './actor.ts';
export { monday, type TestClock, testClock } from './clock.ts';
export { applyFiles } from './packs.ts';
export { removeHome, temporaryFolder, urlOf, withDb } from './server.ts';
export { type TestWorld, testWorld, type WorldOptions } from './world.ts';
