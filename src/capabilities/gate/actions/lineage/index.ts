/**
 * Which items an answer's columns come from. A resolver of our own over the parse tree and the
 * schemas: the tree is unbound. What it cannot follow is `null`, which callers must take for
 * "anything in scope".
 */
export type { How, Influence, ItemRef, Origins, Traced } from './origins.ts';
export { type Trace, traceQuery, type Unresolved } from './tracer.ts';
