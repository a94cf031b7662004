/** What the lake says when the engine or the disk failed. */
import { GuantongError } from '#kernel/errors';
import { lakeErrors } from './errors.ts';
import { messageOf, quietError } from './quiet.ts';

/** Errors of the engine and the disk never show a path or a value. */
export function refusalOf(error: unknown): Error {
  if (error instanceof GuantongError) return error;
  const text = messageOf(error);
  const code = (error as { code?: string }).code ?? '';
  const isDisk = /No space left|IO Error|Could not write/i.test(text) || /^E[A-Z]+$/.test(code);
  if (/No space left/i.test(text) || code === 'ENOSPC') {
    return lakeErrors.make('write_failed', { reason: 'ENOSPC' });
  }
  if (isDisk) return lakeErrors.make('write_failed', { reason: code || 'IO' });
  if (/^(Conversion|Binder|Catalog|Parser|Invalid Input|Out of Range|Out of Memory)/.test(text)) {
    return lakeErrors.make('bad_delivery', { detail: quietError(text) });
  }
  return error instanceof Error ? error : new Error(text);
}
