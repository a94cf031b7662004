/** Refusals as tests see them: the error with its code, and the proof that nothing was written. */
import { expect } from 'vitest';
import { GuantongError } from '#kernel/errors';

/** The error a work was refused with. @throws Error when it was done, or failed otherwise */
export async function refusal(work: Promise<unknown>): Promise<GuantongError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GuantongError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

/**
 * Makes the check `refused(code, doing)`: refused with that code, and what `written` reads is as it
 * was.
 */
export const refusing =
  (written: () => Promise<unknown>) =>
  async (code: string, doing: () => Promise<unknown>): Promise<GuantongError> => {
    const before = await written();
    const error = await refusal(doing());
    expect(error.code).toBe(code);
    expect(await written()).toEqual(before);
    return error;
  };
