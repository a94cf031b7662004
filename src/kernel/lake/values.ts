/** Values of the engine as JSON-safe values, the same in this process and in the children. */
import {
  DuckDBArrayValue,
  DuckDBBitValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResult,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUnionValue,
  DuckDBUUIDValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Column } from './model.ts';

const largest = BigInt(Number.MAX_SAFE_INTEGER);

/** A whole number stays a number while a double can hold it; beyond that it is text. */
const ofBigint = (value: bigint): number | string =>
  value <= largest && value >= -largest ? Number(value) : value.toString();

/** JSON has no NaN and no infinity; text says what it was. */
const ofNumber = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value);

/** Microseconds since 1970 as ISO 8601 in UTC; a fraction only when there is one. */
function ofMicros(micros: bigint): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = micros - millis * 1000n;
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) return micros > 0n ? 'infinity' : '-infinity';
  const text = date.toISOString();
  if (rest !== 0n) return `${text.slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

function ofTime(value: DuckDBValue): string | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return ofMicros(value.micros);
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) return ofMicros(value.millis * 1000n);
  if (value instanceof DuckDBTimestampSecondsValue) return ofMicros(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return ofMicros(value.nanos / 1000n);
  return undefined;
}

function ofNested(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(toJson);
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, v]) => [key, toJson(v)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: v }) => ({ key: toJson(key), value: toJson(v) }));
  }
  if (value instanceof DuckDBUnionValue) return toJson(value.value);
  return String(value);
}

const isText = (value: DuckDBValue): boolean =>
  value instanceof DuckDBDateValue ||
  value instanceof DuckDBDecimalValue ||
  value instanceof DuckDBTimeValue ||
  value instanceof DuckDBTimeTZValue ||
  value instanceof DuckDBIntervalValue ||
  value instanceof DuckDBUUIDValue ||
  value instanceof DuckDBBitValue;

/** One value: text, number, boolean, null, list or object. Blobs are base64. */
export function toJson(value: DuckDBValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return ofBigint(value);
  if (typeof value === 'number') return ofNumber(value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (isText(value)) return value.toString();
  return ofTime(value) ?? ofNested(value);
}

/** Names made unique, because two columns of a result may be called the same. */
export const columnsOf = (result: DuckDBResult): Column[] => {
  const names = result.deduplicatedColumnNames();
  return names.map((name, at) => ({ name, type: String(result.columnType(at)) }));
};
