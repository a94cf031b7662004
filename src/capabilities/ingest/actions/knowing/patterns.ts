/** Forms that values keep: a fixed beginning and runs of digits or letters, read off a sample. */

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const runsOf = (value: string): string[] => value.match(/\d+|[a-z]+|[A-Z]+|[^\da-zA-Z]/g) ?? [];

const classOf = (run: string): string =>
  /^\d/.test(run) ? '\\d' : /^[a-z]/.test(run) ? '[a-z]' : /^[A-Z]/.test(run) ? '[A-Z]' : run;

/** A column of runs at one place, as RE2: the same text, the same length, or lengths from to. */
function runPattern(runs: string[]): string {
  const [first = ''] = runs;
  if (runs.every((run) => run === first)) return escaped(first);
  const kind = classOf(first);
  const lengths = [...new Set(runs.map((run) => run.length))];
  if (lengths.length > 1) return `${kind}+`;
  // A long number begins with the county's code here; what follows is alike by chance.
  const same = commonStart(runs).slice(0, 6);
  const rest = first.length - same.length;
  return same.length === 6 && first.length > 8
    ? `${escaped(same)}${kind}{${rest}}`
    : `${kind}{${first.length}}`;
}

function commonStart(texts: string[]): string {
  const [first = '', ...others] = texts;
  let size = first.length;
  for (const other of others) {
    while (size > 0 && !other.startsWith(first.slice(0, size))) size -= 1;
  }
  return first.slice(0, size);
}

/** So many values are needed before a pattern is believed. */
const enough = 20;
const mostRuns = 8;

/**
 * A pattern that all values of a sample keep, e.g. `^HZ\d{10}$`; null when they have nothing in
 * common that is worth checking.
 */
export function patternOf(sample: readonly string[]): string | null {
  if (sample.length < enough) return null;
  // A few odd values do not hide what the others have in common.
  const shapes = Map.groupBy(sample, (value) => runsOf(value).map(classOf).join(''));
  const most = [...shapes.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
  if (most.length < sample.length * 0.95) return null;
  const runs = most.map(runsOf);
  const width = runs[0]?.length ?? 0;
  if (width === 0 || width > mostRuns) return null;
  const parts = Array.from({ length: width }, (_, at) =>
    runPattern(runs.map((one) => one[at] ?? '')),
  );
  const pattern = parts.join('');
  // Words and plain numbers have no form worth keeping.
  if (!/\\d/.test(pattern) || pattern === '\\d+' || /\p{Script=Han}/u.test(pattern)) return null;
  return /\+/.test(pattern) ? null : `^${pattern}$`;
}
