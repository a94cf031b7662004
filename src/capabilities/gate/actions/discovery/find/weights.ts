/**
 * Weights of the model of names, written by bench/discovery-fit.ts: one feature a line, a tab, its
 * weight in hundredths.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

let loaded: ReadonlyMap<string, number> | undefined;

function load(): ReadonlyMap<string, number> {
  const file = new URL('./weights.tsv.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line): [string, number] => {
        const at = line.lastIndexOf('\t');
        return [line.slice(0, at), Number(line.slice(at + 1)) / 100];
      }),
  );
}

/** By feature; what stands nowhere weighs nothing. The first call reads the file. */
export function weights(): ReadonlyMap<string, number> {
  loaded ??= load();
  return loaded;
}
