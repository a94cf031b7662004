/** What goes wrong at the far end, said plainly and without anything secret. */
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../../errors.ts';

const unreachable = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  ...['57P03', '53300', 'ER_CON_COUNT_ERROR', 'EPIPE'],
]);
/** Codes of PostgreSQL and of MySQL and MariaDB. */
const denied = new Set([
  ...['28P01', '28000', '3D000', '42501'],
  ...['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_BAD_DB_ERROR'],
  ...['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HANDSHAKE_SSL_ERROR'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
]);
const noTable = new Set(['42P01', '42703', '3F000', 'ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR']);

/** The refusal that fits an error of a driver or a socket. */
export function farEndError(error: unknown, place: string): GuantongError {
  if (error instanceof GuantongError) return error;
  const code = (error as { code?: unknown }).code;
  const reason = typeof code === 'string' ? code : 'closed';
  if (reason === 'ENOSPC') return ingestErrors.make('disk_full');
  if (unreachable.has(reason)) return ingestErrors.make('source_unreachable', { place, reason });
  if (denied.has(reason)) return ingestErrors.make('source_denied', { place, reason });
  if (noTable.has(reason)) return ingestErrors.make('source_no_table', { place, reason });
  return ingestErrors.make('source_broke_off', { place, reason });
}
