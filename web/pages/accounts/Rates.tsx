import type { ReactNode } from 'react';
import { useText, useUnitWords } from '#web/client';
import { type Column, DataTable, EmptyState, ErrorState, figure, Panel } from '#web/parts';
import { type UnitRate, useOwnUnit, useRates } from './data.ts';
import { text } from './text.ts';

const share = ({ open, active }: UnitRate): string =>
  open === 0 ? '-' : `${Math.round((active / open) * 100)}%`;

export function Rates(): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const query = useRates(useOwnUnit());
  const columns: Column<UnitRate>[] = [
    { key: 'unit', title: t('unit'), render: (row) => unit(row.name) },
    { key: 'open', title: t('openCount'), number: true, render: (row) => figure(row.open) },
    { key: 'able', title: t('ableCount'), number: true, render: (row) => figure(row.able) },
    { key: 'active', title: t('activeCount'), number: true, render: (row) => figure(row.active) },
    { key: 'share', title: t('share'), number: true, render: share },
  ];
  const rows = query.data?.units.filter((one) => one.open > 0);
  return (
    <Panel title={t('rates')}>
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label={t('rates')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.code}
          empty={<EmptyState title={t('noRates')} />}
        />
      )}
    </Panel>
  );
}
