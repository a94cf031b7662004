/** Verbs of entities. */
export { refreshLibrary } from './library.ts';
export { locate } from './locate.ts';
