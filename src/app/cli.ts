/**
 * Where the command line begins: what was compiled once is kept for the next command, and only what
 * the command needs is read. Exit codes: 0 done, 1 refused, 2 wrong usage.
 */
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Beside the libraries: whoever may write there may change the program anyway.
enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/guantong'));

const { main } = await import('./program.ts');
process.exitCode = await main();
