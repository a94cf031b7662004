/** Robust statistics of a few numbers: pure, no data, no clock. */

/** @returns the middle value, or the mean of the two; NaN of nothing */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const high = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[half - 1] ?? Number.NaN) + high) / 2;
}

/** Median of the absolute deviations from the median. */
export function mad(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Of a normal distribution the MAD is this share of the standard deviation. */
const madOfNormal = 0.6745;

export interface Bounds {
  middle: number;
  low: number;
  high: number;
}

/**
 * What a value may be after those before it: at most `limit` by the modified Z-score
 * M = 0.6745 (x - median) / MAD (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993,
 * who propose 3.5), and never narrower than `band` of the median, so that a history without any
 * change (MAD 0) does not make every change an outlier.
 */
export function boundsOf(
  before: readonly number[],
  { limit, band }: { limit: number; band: number },
): Bounds {
  const middle = median(before);
  const most = Math.max((limit * mad(before)) / madOfNormal, Math.abs(middle) * band);
  return { middle, low: middle - most, high: middle + most };
}

/** Shares below this count as this much: the logarithm of nothing is not finite. */
const leastShare = 1e-4;

/**
 * Population stability index, sum of (p - q) ln(p / q) over the bins: how far a distribution `now`
 * moved from the one `before`. By custom below 0.1 nothing moved, above 0.25 much did (Siddiqi,
 * Credit Risk Scorecards, 2006).
 */
export function psi(now: readonly number[], before: readonly number[]): number {
  return now.reduce((sum, share, at) => {
    const p = Math.max(share, leastShare);
    const q = Math.max(before[at] ?? 0, leastShare);
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}
