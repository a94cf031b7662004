/** The nouns of quality: families, checks, runs, scores, rankings. */

export * from './model/checks.ts';
export * from './model/corrections.ts';
export * from './model/own.ts';
export * from './model/ranking.ts';
export * from './model/scoring.ts';
export * from './model/views.ts';
export * from './model/words.ts';
