/**
 * One bench in a process of its own: `node bench/one.ts NAME`. A file and no text to evaluate:
 * workers and forks take the options of their process over, an evaluated text too.
 */
import type { Row } from './row.ts';

/** Before the rows, on the last line. */
export const mark = '\u0001rows:';

if (import.meta.main) {
  const { bench } = (await import(`./${process.argv[2]}.ts`)) as { bench: () => Promise<Row[]> };
  console.log(mark + JSON.stringify(await bench()));
}
