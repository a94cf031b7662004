/**
 * The rows behind a number: the same SQL, filtered, read through the gate as the person who asks.
 */
import { type ReadColumn, read } from '#gate';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { DrillInput, DrillResult } from '../model.ts';
import * as store from '../store.ts';
import { addDays, later, localDay, periodsOf } from './days.ts';
import { indicatorFor, readPermission } from './scope.ts';

const parts: Record<DrillInput['part'], string> = {
  all: '',
  counted: ' and numerator > 0',
  missing: ' and coalesce(numerator, 0) < denominator',
};

/** Titles of the columns every indicator gives, where lineage finds no item's. */
const standardTitles: Readonly<Record<string, ReadColumn['title']>> = {
  unit: { zh: '单位', en: 'Unit' },
  time: { zh: '时间', en: 'Time' },
  key: { zh: '编号', en: 'Number' },
  numerator: { zh: '计入', en: 'Counts' },
  denominator: { zh: '应计', en: 'Out of' },
};

/** The day bounds as instants, so that the drill-down counts exactly what the sum did. */
const inPeriod = ` and cast(timezone($zone, timezone('UTC', cast("time" as timestamp))) as date)
  between cast($from as date) and cast($to as date)`;

/**
 * One page of the things an indicator counts in a unit. Only rows and items the asker may see; a
 * formula over items he may not see is refused.
 * @throws auth.not_allowed, auth.not_in_unit, indicators.not_found, gate.not_granted
 */
export async function drill(ctx: Ctx, name: string, input: DrillInput): Promise<DrillResult> {
  requirePermission(ctx, readPermission);
  const { indicator, unit } = await indicatorFor(ctx, name, input.unit);
  const { definition } = indicator;
  const dated = definition.period !== 'now';
  const today = localDay(ctx.clock.now(), ctx.settings.time_zone);
  const [period] = periodsOf(definition.period, today);
  const first = addDays(today, 1 - (definition.days ?? 1));
  const whole = unit.level === 'district';
  const inUnit = whole ? 'true' : 'starts_with(cast(unit as varchar), $unit)';
  const answer = await read(
    ctx,
    `with counted_things as (
${indicator.sql}
)
select * from counted_things where ${inUnit}${dated ? inPeriod : ''}${parts[input.part]}
order by "time" desc nulls last, key limit ${input.limit + 1} offset ${input.offset}`,
    {
      purpose: 'drill-down',
      action: 'indicators.drill',
      limit: input.limit + 1,
      params: {
        ...(whole ? {} : { unit: unit.code }),
        ...(dated
          ? {
              // A period longer than the days computed counts those days only, as the value does.
              from: later(period.from, first),
              to: period.to,
              zone: ctx.settings.time_zone,
            }
          : {}),
      },
    },
  );
  const more = answer.rows.length > input.limit;
  const columns = answer.columns.map((column) => {
    const untold = column.title.zh === column.name ? standardTitles[column.name] : undefined;
    const title = definition.columns?.[column.name] ?? untold;
    return title ? { ...column, title } : column;
  });
  return { ...answer, columns, rows: answer.rows.slice(0, input.limit), truncated: more, more };
}

/** Indicators in force, for whoever lists them. */
export async function listIndicators(ctx: Ctx): Promise<store.Indicator[]> {
  requirePermission(ctx, readPermission);
  return store.indicators(ctx);
}
