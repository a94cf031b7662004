import { describe, expect, test } from 'vitest';
import { boundsOf, mad, median, psi } from './actions/statistics.ts';

describe('statistics', () => {
  test('median and MAD are what they are by hand', () => {
    expect(median([1, 2, 3, 4])).toBe(2.5);
    expect(median([5, 1, 9])).toBe(5);
    expect(mad([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  });

  test('the modified Z-score of 3.5 is the bound; a flat history still allows its band', () => {
    // MAD 1: 3.5 / 0.6745 from the median of 2.
    const { low, high } = boundsOf([1, 1, 2, 2, 4, 6, 9], { limit: 3.5, band: 0 });
    expect(high).toBeCloseTo(2 + 3.5 / 0.6745, 10);
    expect(low).toBeCloseTo(2 - 3.5 / 0.6745, 10);
    expect(boundsOf([100, 100, 100], { limit: 3.5, band: 0.1 })).toEqual({
      middle: 100,
      low: 90,
      high: 110,
    });
  });

  test('the stability index is nothing for the same and the sum of its bins for another', () => {
    expect(psi([0.5, 0.5], [0.5, 0.5])).toBe(0);
    // (0.6 - 0.4) ln(0.6/0.4) + (0.4 - 0.6) ln(0.4/0.6) = 0.4 ln 1.5
    expect(psi([0.6, 0.4], [0.4, 0.6])).toBeCloseTo(0.4 * Math.log(1.5), 12);
    expect(psi([1, 0], [0.5, 0.5])).toBeGreaterThan(0.25);
  });
});
