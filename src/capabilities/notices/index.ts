/** Door of the capability `notices`: telling people, by which channel, with receipts. */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import type { Reporter } from './model.ts';

export type Recipient =
  | { account: string }
  | { role: string; unit: string }
  | { reporter: Reporter };

export interface NotifyInput {
  to: Recipient;
  /** Name of a template (`notices` of a pack). */
  template: string;
  params: Record<string, string | number>;
  link?: string | undefined;
  /** What `withdraw` names later. */
  key?: string | undefined;
}

export declare function notify(ctx: Ctx, input: NotifyInput): Promise<void>;
export declare function withdraw(ctx: Ctx, key: string): Promise<void>;

export const notices: Capability = { name: 'notices' };
