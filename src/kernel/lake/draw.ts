/** Places of a sample: short runs of rows, spread evenly over all files, without reading any. */
import type { Run } from './read.ts';
import type { LakeFile } from './store.ts';

/** So many places; more would read more row groups for the same number of rows. */
const places = 32;
/** The golden section keeps the places from falling into step with the data. */
const golden = 0.618_033_988_749_895;

/** Rows from a place on, over as many files as they take. */
function runsFrom(files: readonly LakeFile[], place: number, size: number): Run[] {
  const runs: Run[] = [];
  let [before, left] = [0, size];
  for (const file of files) {
    const from = Math.max(0, place - before);
    before += file.rows;
    if (from >= file.rows || left === 0) continue;
    const to = Math.min(from + left, file.rows) - 1;
    runs.push({ file, from, to });
    left -= to - from + 1;
  }
  return runs;
}

/**
 * Runs of about `wanted` rows together, one in each of as many equal parts of the dataset. Reading
 * them costs a row group or two for each, however many rows there are.
 */
export function drawRuns(all: readonly LakeFile[], wanted: number): Run[] {
  const files = all.filter(({ kind, rows }) => kind === 'rows' && rows > 0);
  const total = files.reduce((sum, { rows }) => sum + rows, 0);
  if (total <= wanted) return runsFrom(files, 0, total);
  const size = Math.floor(wanted / places);
  const part = total / places;
  return Array.from({ length: places }, (_, at) => {
    const jitter = ((at * golden) % 1) * (part - size);
    return runsFrom(files, Math.floor(at * part + jitter), size);
  }).flat();
}
