/** Door of the capability `signals`: THE inbox of everything raised. */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import type { RaiseInput, Signal } from './model.ts';

export declare function raise(ctx: Ctx, input: RaiseInput): Promise<Signal>;
export declare function clear(
  ctx: Ctx,
  input: { source: string; subject: { kind: string; id: string } },
): Promise<Signal | null>;
export declare function acknowledge(ctx: Ctx, id: string): Promise<Signal>;
export declare function confirm(ctx: Ctx, id: string): Promise<Signal>;
export declare function dismiss(ctx: Ctx, input: { id: string; reason: string }): Promise<Signal>;

export const signals: Capability = { name: 'signals' };
