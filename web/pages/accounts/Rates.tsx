import type { ReactNode } from 'react';
import { useText, useUnitWords } from '#web/client';
import { EmptyState, figure, Loaded, Panel } from '#web/parts';
import { type UnitRate, useOwnUnit, useRates } from './data.ts';
import { text } from './text.ts';

const share = ({ open, active }: UnitRate): string =>
  open === 0 ? '-' : `${Math.round((active / open) * 100)}%`;

function Table({ units }: { units: readonly UnitRate[] }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  return (
    <table className="accounts-rates">
      <thead>
        <tr>
          <th scope="col">{t('unit')}</th>
          <th scope="col">{t('openCount')}</th>
          <th scope="col">{t('ableCount')}</th>
          <th scope="col">{t('activeCount')}</th>
          <th scope="col">{t('share')}</th>
        </tr>
      </thead>
      <tbody>
        {units.map((row) => (
          <tr key={row.code}>
            <th scope="row">{unit(row.name)}</th>
            <td>{figure(row.open)}</td>
            <td>{figure(row.able)}</td>
            <td>{figure(row.active)}</td>
            <td>{share(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Units that have accounts, those with the most first. */
export function Rates(): ReactNode {
  const t = useText(text);
  const query = useRates(useOwnUnit());
  return (
    <Panel title={t('rates')}>
      <Loaded query={query}>
        {({ units }) => {
          const filled = units.filter((one) => one.open > 0).sort((a, b) => b.open - a.open);
          if (filled.length === 0) return <EmptyState title={t('noRates')} />;
          return <Table units={filled} />;
        }}
      </Loaded>
    </Panel>
  );
}
