/** Columns that tables of runs have in common. */

import type { Run } from '#ingest/model';
import { useText } from '#web/client';
import { type Column, figure } from '#web/parts';
import { text } from './text.ts';

/** Rows taken and rows that went back. */
export function useRowColumns(): Column<Run>[] {
  const t = useText(text);
  const common = { named: true, number: true } as const;
  return [
    { ...common, key: 'accepted', title: t('accepted'), render: (row) => figure(row.accepted) },
    {
      ...common,
      key: 'returned',
      title: t('returned'),
      render: ({ returned }) =>
        returned > 0 ? <b className="ing-returned">{figure(returned)}</b> : '0',
    },
  ];
}
