/**
 * Nouns of cases; the declaration of a case type stands in `model/type.ts`, its facts in
 * `model/state.ts`.
 */
export * from './model/delegation.ts';
export * from './model/figures.ts';
export * from './model/many.ts';
export * from './model/state.ts';
export * from './model/type.ts';
export * from './model/view.ts';
