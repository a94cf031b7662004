/**
 * Covers the story can be played with: each is registered to one company and really belongs to
 * another.
 */

export interface StorySite {
  /** 16 digits, as in the register. */
  component: string;
  road: string;
  number: number;
  /** Grid the door plate lies in. */
  grid: string;
  town: string;
  registered: { code: string; name: string };
  real: { code: string; name: string };
}

/** Password of every account of the demonstration, as its pack declares it. */
export const demoPassword = 'guantong-demo';
