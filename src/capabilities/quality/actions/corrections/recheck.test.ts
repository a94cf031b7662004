/** Whether a challenged value is mended, by what stands now. */
import { expect, test } from 'vitest';
import type { ChallengeRow } from '../../store/corrections.ts';
import { isMended } from './recheck.ts';

const said = (expected: string): ChallengeRow => ({ expected }) as ChallengeRow;

test.each([
  ['10.5', '10.50', true],
  ['10', '10.00', true],
  ['+3', '3', true],
  ['-0.5', '-0.50', true],
  ['10.5', '10.05', false],
  // A double takes both for one number.
  ['330109199001011234', '330109199001011235', false],
  ['0.12345678901234567', '0.12345678901234568', false],
  // Codes and telephone numbers.
  ['0571', '571', false],
  ['07', '7', false],
  ['萧山区', '萧山', false],
])('%s was asked for, %s stands now: mended is %s', (expected, now, mended) => {
  expect(isMended(said(expected), now)).toBe(mended);
});

test('a row that is gone is mended, an empty value is not what was asked for', () => {
  expect(isMended(said('1'), undefined)).toBe(true);
  expect(isMended(said('1'), null)).toBe(false);
});
