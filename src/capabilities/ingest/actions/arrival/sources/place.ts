/** Where a source is, in words that hold nothing secret. */
import type { SourceFile } from '../../../model/source.ts';

export function placeOfSource(declared: SourceFile): string {
  if (declared.road === 'folder') return `${declared.options.path}/${declared.options.match}`;
  if (declared.road === 'http') {
    const { origin, pathname } = new URL(declared.options.url);
    return `${origin}${pathname}`;
  }
  const { host, database, schema, table } = declared.options;
  return `${host}/${database}/${schema === undefined ? '' : `${schema}.`}${table}`;
}
