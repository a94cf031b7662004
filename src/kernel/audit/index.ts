/** The door of the audit: append-only records in sealed batches. */
export {
  type Audit,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditRecord,
  type AuditVerdict,
  auditFilter,
  auditPage,
  auditVerdict,
} from './model.ts';
export { checkAudit, exportAudit, readAudit } from './read.ts';
export { verifyAudit } from './verify.ts';
export { type AuditDeps, createAudit } from './writer.ts';
