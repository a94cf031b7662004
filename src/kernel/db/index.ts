/**
 * The transactional store: PostgreSQL, embedded under the home or named by DATABASE_URL; one pool;
 * transactions; migrations; a listening connection.
 */
export { isAlive, startMark } from './embedded/process.ts';
export { dbErrors } from './errors.ts';
export { connectForeign, type Foreign, type ForeignOptions, type ForeignRow } from './foreign.ts';
export { type Listener, makeListener } from './listen.ts';
export { type Loop, type LoopOptions, startLoop } from './loop.ts';
export { migrate, migrationsDir } from './migrate.ts';
export { type Database, type OpenOptions, openDatabase } from './open.ts';
export { type Db, makeDb, makePool, type NoTables, parseInt8, prepared } from './pool.ts';
export { afterCommit, isConflict, rootOf, tx } from './tx.ts';
