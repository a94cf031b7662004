/** The door of the audit: append-only records in sealed batches. */
export { auditKeeping, dropOldAudit, startAuditKeeping } from './keep.ts';
export {
  type Audit,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditRecord,
  type AuditSummary,
  type AuditVerdict,
  auditFilter,
  auditPage,
  auditSummary,
  auditVerdict,
} from './model.ts';
export { identitiesIn } from './persons.ts';
export { checkAudit, exportAudit, readAudit, summariseAudit } from './read.ts';
export { verifyAudit } from './verify.ts';
export { type AuditDeps, createAudit } from './writer.ts';
