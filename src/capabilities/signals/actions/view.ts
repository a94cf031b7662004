import type { Signal } from '../model.ts';
import type { SignalRow } from '../store.ts';

export const toSignal = (row: SignalRow): Signal => ({
  id: String(row.id),
  source: row.source,
  version: row.version,
  subject: { kind: row.subject_kind, id: row.subject_id },
  group: row.group_name,
  severity: row.severity,
  title: row.title,
  evidence: row.evidence,
  unit: row.unit,
  owner: row.owner,
  opens: row.opens,
  case: row.case_id,
  state: row.state,
  episode: row.episode,
  count: row.count,
  firstSeen: row.first_seen.toISOString(),
  lastSeen: row.last_seen.toISOString(),
  silencedUntil: row.silenced_until?.toISOString() ?? null,
  reason: row.reason,
  versionNo: row.version_no,
});
