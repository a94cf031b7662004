/**
 * What packs declare: one file is one indicator, YAML in the leading comment, then SQL that runs as
 * it is.
 */
import { checkSql } from '#gate';
import { publish } from '#kernel/events';
import { parseQuery } from '#kernel/lake';
import type { PackFile, PackKind } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { indicatorErrors } from './errors.ts';
import { type Definition, definition } from './model.ts';
import * as store from './store.ts';

/** Columns the SQL gives for each counted thing; others are shown in the drill-down. */
export const columnsGiven = ['unit', 'time', 'key', 'numerator', 'denominator'] as const;

const clockParams = new Set(['now', 'today']);

export const indicatorsKind: PackKind = {
  name: 'indicators',
  title: { zh: '指标', en: 'Indicators' },
  format: 'sql',
  schema: definition,
  after: ['datasets', 'units'],
  async check(given, index) {
    const file = given as PackFile<Definition>;
    const faults = await checkSql(file, index, { columns: columnsGiven });
    const { owner } = file.data;
    if (!unitKnown(index, owner)) {
      const line = file.lineOf(['owner']);
      const at = { file: file.file, item: 'owner', ...(line === undefined ? {} : { line }) };
      faults.push(indicatorErrors.fault('unknown_owner', at, { owner }));
    }
    const other = index.all('indicators').find((each) => each.name === file.name);
    if (other && other.pack !== file.pack) {
      const { name } = file;
      faults.push(indicatorErrors.fault('twice', { file: file.file }, { name, pack: other.pack }));
    }
    return faults;
  },
  async apply(ctx, given) {
    const file = given as PackFile<Definition>;
    const text = file.sql ?? '';
    const { relations, params } = await parseQuery(text);
    const { name, pack, digest, data } = file;
    const uses_clock = params.some((param) => clockParams.has(param));
    await store.saveIndicator(
      ctx,
      { name, pack, definition: data, sql: text, digest, uses_clock },
      relations,
    );
    await publish(ctx, 'indicator.declared', { indicator: name });
  },
  async remove(ctx, { pack, name }) {
    await store.removeIndicator(ctx, pack, name);
  },
};
