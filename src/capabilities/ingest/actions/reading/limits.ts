/** Limits on what comes in, from the settings. */
export interface ReadingLimits {
  columns: number;
  recordBytes: number;
  fileBytes: number;
  /** Bytes an Excel file may unpack to. */
  unpackedBytes: number;
}
