/** Door of the capability `cases`: THE mechanism for anything that passes through hands. */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import type { ActInput, Case, CaseDetail, CaseFilter, OpenInput } from './model.ts';

export declare function openCase(ctx: Ctx, input: OpenInput): Promise<Case>;
export declare function act(ctx: Ctx, input: ActInput): Promise<Case>;
export declare function getCase(ctx: Ctx, idOrNumber: string): Promise<Case>;
export declare function caseDetail(ctx: Ctx, idOrNumber: string): Promise<CaseDetail>;
export declare function caseList(ctx: Ctx, filter: CaseFilter): Promise<{ items: Case[] }>;

export const cases: Capability = { name: 'cases' };
