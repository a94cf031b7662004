/** The door of the audit: append-only records in sealed batches. */
export { closeDays, daysClosed, digestLine, readDigests } from './days.ts';
export { auditKeeping, dropOldAudit, startAuditKeeping } from './keep.ts';
export { type LooksFilter, looksAt } from './looked.ts';
export {
  type Audit,
  type AuditDay,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditRecord,
  type AuditSummary,
  type AuditVerdict,
  auditDay,
  auditFilter,
  auditPage,
  auditSummary,
  auditVerdict,
} from './model.ts';
export { identitiesIn } from './persons.ts';
export {
  checkAudit,
  exportAudit,
  readAudit,
  readDays,
  seekPerson,
  summariseAudit,
} from './read.ts';
export { type DatasetUse, datasetUses, type GrantUse, grantUses } from './uses.ts';
export { verifyAudit } from './verify.ts';
export { type AuditDeps, createAudit } from './writer.ts';
