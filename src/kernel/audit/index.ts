/** The door of the audit: append-only records in sealed batches. */

export type { Audit, AuditEntry, AuditRecord, AuditVerdict } from './model.ts';
export { verifyAudit } from './verify.ts';
export { type AuditDeps, createAudit } from './writer.ts';
