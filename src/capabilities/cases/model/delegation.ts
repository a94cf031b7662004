/** Handing one's tasks to somebody for a time. */
import { z } from 'zod';

export const newDelegation = z
  .strictObject({
    delegate: z.string().min(1).max(64).describe('Login name of who does my tasks meanwhile'),
    from: z.iso.datetime({ offset: true }).describe('From when'),
    until: z.iso.datetime({ offset: true }).describe('Until when'),
    reason: z.string().min(2).max(200).describe('Why: leave, training ...'),
  })
  .describe('My tasks in other hands for a time');
export type NewDelegation = z.infer<typeof newDelegation>;

export const candidate = z.strictObject({
  account: z.string().describe('Login name'),
  name: z.string().describe('Masked name'),
  unitName: z.string().describe('Where he works'),
});
export type Candidate = z.infer<typeof candidate>;

export const candidatesQuery = z.strictObject({
  q: z.string().max(60).default('').describe('Words of the name, the login or the unit'),
  after: z.string().max(64).optional().describe('`next` of the page before'),
});

export const candidatePage = z.strictObject({
  people: z.array(candidate).describe('By login'),
  next: z.string().nullable().describe('`after` of the next page; null when there is none'),
});
export type CandidatePage = z.infer<typeof candidatePage>;

export const delegation = z
  .strictObject({
    id: z.number().int().describe('Id'),
    by: z.string().describe('Who hands over, masked'),
    to: z.string().describe('Who does it meanwhile, masked'),
    mine: z.boolean().describe('I handed over; else to me'),
    from: z.iso.datetime().describe('From when, UTC'),
    until: z.iso.datetime().describe('Until when, UTC'),
    reason: z.string().describe('Why'),
    state: z.enum(['coming', 'running', 'over', 'revoked']).describe('State now'),
  })
  .describe('A delegation');
export type Delegation = z.infer<typeof delegation>;
