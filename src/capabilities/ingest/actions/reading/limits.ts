/** What a reader may be given, from the settings. */
import type { Settings } from '#kernel/config';

/** Limits on what comes in, from the settings. */
export interface ReadingLimits {
  columns: number;
  recordBytes: number;
  fileBytes: number;
  /** Bytes an Excel or ZIP file may unpack to. */
  unpackedBytes: number;
  /** Times its packed size a file of many megabytes may unpack to. */
  unpackedRatio: number;
  /** Files in a ZIP. */
  zipEntries: number;
}

export const readingLimits = (settings: Settings): ReadingLimits => ({
  columns: settings.delivery_max_columns,
  recordBytes: settings.delivery_record_max_bytes,
  fileBytes: settings.delivery_max_bytes,
  unpackedBytes: settings.delivery_unpacked_max_bytes,
  unpackedRatio: settings.delivery_unpacked_max_ratio,
  zipEntries: settings.delivery_zip_max_entries,
});
