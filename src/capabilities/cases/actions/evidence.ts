/** Whose uploads may be attached, and which of those named were never uploaded. */
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { casesErrors } from '../errors.ts';

/** A person attaches what he uploaded himself; the platform what anybody did, on his word. */
export const uploader = (ctx: Ctx): string | null =>
  ctx.actor.kind === 'system' ? null : ctx.actor.id;

export const missingFiles = (
  wanted: readonly string[],
  found: readonly { sha256: string }[],
): Fault[] =>
  wanted
    .filter((sha256) => !found.some((file) => file.sha256 === sha256))
    .map((sha256) => casesErrors.fault('attachment_unknown', { item: 'attachments' }, { sha256 }));
