/** The units right below, each with all its indicators: where to look next. */
import { type ReactNode, useMemo } from 'react';
import type { IndicatorValue, UnitValue } from '#indicators/model';
import { useLocal, useText, useUnitWords } from '#web/client';
import { type Column, DataTable, figure, Panel, StateMark } from '#web/parts';
import { markOf } from './data.ts';
import { text } from './text.ts';

interface Row {
  unit: string;
  name: string;
  values: ReadonlyMap<string, UnitValue>;
}

/** How many of a unit's indicators are off, then how many are watched: those come first. */
const weight = (row: Row): number =>
  [...row.values.values()].reduce(
    (sum, { state }) => sum + (state === 'bad' ? 100 : state === 'warn' ? 1 : 0),
    0,
  );

function rowsOf(values: readonly IndicatorValue[]): Row[] {
  const rows = new Map<string, { name: string; values: Map<string, UnitValue> }>();
  for (const value of values) {
    for (const child of value.children) {
      const row = rows.get(child.unit) ?? { name: child.name, values: new Map() };
      row.values.set(value.indicator, child);
      rows.set(child.unit, row);
    }
  }
  return [...rows]
    .map(([unit, row]): Row => ({ unit, ...row }))
    .filter((row) => [...row.values.values()].some((one) => one.value !== null))
    .sort((a, b) => weight(b) - weight(a));
}

function Cell(props: { value: UnitValue | undefined; decimals: number }): ReactNode {
  const { value, decimals } = props;
  const t = useText(text);
  if (value?.withheld) return <span className="faint">{t('withheld')}</span>;
  if (!value || value.value === null) return '-';
  const mark = markOf(value.state);
  const number = figure(value.value, decimals);
  return mark ? <StateMark state={mark} word={number} /> : number;
}

/** `按时办结率 %`; a word that the title says already is not said again. */
const headed = (title: string, unit: string): string =>
  title.toLowerCase().includes(unit.toLowerCase()) ? title : `${title} ${unit}`;

export function Matrix(props: {
  values: readonly IndicatorValue[];
  onUnit: (unit: string) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  const { values } = props;
  const rows = useMemo(() => rowsOf(values), [values]);
  if (rows.length === 0) return null;
  const columns = values.map(
    (value): Column<Row> => ({
      key: value.indicator,
      title: headed(local(value.title), local(value.valueUnit)),
      number: true,
      render: (row) => <Cell value={row.values.get(value.indicator)} decimals={value.decimals} />,
    }),
  );
  return (
    <Panel title={t('below')} note={t('belowNote')} className="indicator-matrix">
      <DataTable<Row>
        wide
        label={t('below')}
        rows={rows}
        rowKey={(row) => row.unit}
        onRow={(row) => props.onUnit(row.unit)}
        columns={[{ key: 'unit', title: t('unit'), render: (row) => named(row.name) }, ...columns]}
      />
    </Panel>
  );
}
