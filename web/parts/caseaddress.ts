/** The page on which a case is worked on. */
import type { CaseSummary } from '#cases/model';

/**
 * A correction names its dataset: it is mended, delivered again and rechecked on a page of its own.
 */
export const isCorrection = ({ data }: Pick<CaseSummary, 'data'>): boolean => 'dataset' in data;

export const caseAddress = (row: Pick<CaseSummary, 'data' | 'number'>): string =>
  `/${isCorrection(row) ? 'corrections' : 'cases'}/${row.number}`;
