/** What was done, by whom, to what, why: the nouns of the audit. */
import { z } from 'zod';
import type { Ctx } from '#kernel/context';

/** What a verb says of itself; who, when and from where are taken from `ctx`. */
export interface AuditEntry {
  /** `capability.verb`, e.g. `cases.act`. */
  action: string;
  /** One thing, `kind/id`; absent for bulk work. */
  subject?: string | undefined;
  dataset?: string | undefined;
  /** Why the data was read, in the words the reader gave. */
  purpose?: string | undefined;
  /** Grant under which it was read. */
  grant?: string | undefined;
  /** Rows read or written. */
  rows?: number | undefined;
  /**
   * Identities of the persons whose data it was, as they stand in the data: they are kept as keyed
   * hashes only. A citizen id in `subject` or `detail` is found and hidden by itself.
   */
  persons?: readonly string[] | undefined;
  /** Anything else a reviewer needs: predicate, changed fields. Never values above grade L1. */
  detail?: Record<string, unknown> | undefined;
}

export interface Audit {
  /**
   * For reads that many ask for at once, before they read: under load resolves for several of them
   * at the same time, `audit_gather_ms` later at most, so that they share a look-up and the commit
   * of their records. A lone reader does not wait.
   */
  gather(ctx: Ctx): Promise<void>;
  /**
   * Writes one record. Inside a transaction it commits or falls with it; outside, it joins the next
   * group commit. Resolves when the record is durable (or, in a transaction, part of it).
   */
  record(ctx: Ctx, entry: AuditEntry): Promise<void>;
  /** Seals what transactions left unsealed. Called by itself soon after each of them. */
  seal(): Promise<void>;
  /** Writes out what is queued and stops. */
  close(): Promise<void>;
}

export const auditRecord = z.strictObject({
  id: z.uuid().describe('Id, ordered by time (UUID version 7)'),
  at: z.iso.datetime().describe('Instant, UTC'),
  actorKind: z.enum(['account', 'client', 'system', 'anonymous']).describe('What asked'),
  actor: z.string().describe('Id of the account or client'),
  actorName: z.string().describe('Name at that time'),
  roles: z.array(z.string()).describe('Roles held at that time, `role@unit name of the unit`'),
  from: z.string().describe('Network address'),
  action: z.string().describe('`capability.verb`'),
  subject: z.string().nullable().describe('`kind/id` of the one thing concerned'),
  dataset: z.string().nullable().describe('Dataset read or written'),
  purpose: z.string().nullable().describe('Purpose stated by the reader'),
  grant: z.string().nullable().describe('Grant used'),
  rows: z.number().int().nullable().describe('Rows read or written'),
  detail: z.record(z.string(), z.unknown()).nullable().describe('Further facts'),
  requestId: z.string().describe('Request in the log'),
  persons: z.array(z.string()).nullable().describe('Keyed hashes of the persons whose data it was'),
});
export type AuditRecord = z.infer<typeof auditRecord>;

export const auditVerdict = z.strictObject({
  whole: z.boolean().describe('True when every record stands as it was written'),
  records: z.number().int().describe('Records read'),
  batches: z.number().int().describe('Number of the last sealed batch read'),
  unsealed: z.number().int().describe('Records committed but waiting for their seal'),
  dropped: z
    .strictObject({
      batches: z.number().int().describe('Batches'),
      records: z.number().int().describe('Records in them'),
    })
    .describe('What was older than the retention and is no longer there'),
  head: z.string().nullable().describe('Last link of the chain, hexadecimal SM3'),
  broken: z
    .strictObject({
      what: z.enum([
        'changed',
        'deleted',
        'inserted',
        'reordered',
        'truncated',
        'batch_changed',
        'day_changed',
      ]),
      batch: z.number().int().nullable().describe('Batch it was found in'),
      record: z.string().nullable().describe('Id of the first broken record'),
      at: z.string().nullable().describe('Time the record says'),
    })
    .nullable()
    .describe('The first thing that does not fit'),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;

export const auditFilter = z.strictObject({
  actor: z.string().min(1).optional().describe('Id of the account or client'),
  action: z.string().min(1).optional().describe('Action or the beginning of one, e.g. `cases.`'),
  subject: z.string().min(1).optional().describe('`kind/id` of the one thing concerned'),
  dataset: z.string().min(1).optional().describe('Dataset read or written'),
  purpose: z.string().min(1).optional().describe('Purpose stated by the reader'),
  person: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .describe('Keyed hash of a person whose data it was'),
  record: z.uuid().optional().describe('Id of one record'),
  request: z.string().min(1).optional().describe('Id of the request'),
  since: z.iso.datetime({ offset: true }).optional().describe('From this instant on'),
  until: z.iso.datetime({ offset: true }).optional().describe('Before this instant'),
  after: z.uuid().optional().describe('Last id of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Records a page'),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditDay = z.strictObject({
  day: z.iso.date().describe('Local day'),
  fromBatch: z.number().int().describe('Number of its first batch'),
  toBatch: z.number().int().describe('Number of its last batch'),
  records: z.number().int().describe('Records in them'),
  digest: z.string().describe('SM3 over the digest before, the day and the roots, hexadecimal'),
});
export type AuditDay = z.infer<typeof auditDay>;

export const auditPage = z.strictObject({
  items: z.array(auditRecord).describe('Newest first'),
  next: z.uuid().nullable().describe('`after` of the next page; null at the end'),
});
export type AuditPage = z.infer<typeof auditPage>;

export const auditSummary = z.strictObject({
  lastDay: z.number().int().describe('Records of the last 24 hours'),
  batches: z.number().int().describe('Sealed batches'),
  sealedAt: z.iso.datetime().nullable().describe('Time of the last batch'),
  head: z.string().nullable().describe('Last link of the chain, hexadecimal SM3'),
  unsealed: z.number().int().describe('Records committed but waiting for their seal'),
  retentionDays: z.number().int().describe('Days a record is kept at least'),
  verified: z
    .strictObject({
      at: z.iso.datetime().describe('When'),
      by: z.string().describe('Name of the person'),
      whole: z.boolean().describe('Whether everything stood as written'),
      records: z.number().int().describe('Records read'),
    })
    .nullable()
    .describe('The last verification by a person'),
});
export type AuditSummary = z.infer<typeof auditSummary>;
