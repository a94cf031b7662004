/** The only SQL of quality on PostgreSQL. */
export * from './store/corrections.ts';
export * from './store/declared.ts';
export * from './store/ranking.ts';
export * from './store/runs.ts';
export * from './store/scores.ts';
