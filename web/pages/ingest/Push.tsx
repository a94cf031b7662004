/** 程序推送: how a program hands rows to a dataset by itself, with a call that fits its contract. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import type { Contract, Item } from '#catalogue/model';
import { get, useLocal, useText, useUrlValue } from '#web/client';
import { Facts, Loaded, Panel } from '#web/parts';
import { useDatasets } from './data.ts';
import { text } from './text.ts';

const useContract = (name: string) =>
  useQuery({
    queryKey: ['catalogue', 'one', name],
    queryFn: () => get<{ contract: Contract }>(`/api/catalogue/datasets/${name}`),
    enabled: name !== '',
  });

/** Items of a call beyond those that must be there. */
const further = 3;

/** A value as the contract would have it: its own example, else its first code, else its type. */
function exampleOf({ example, codes, type }: Item): string {
  if (example !== undefined) return example;
  return Object.keys(codes ?? {})[0] ?? `<${type}>`;
}

/** One row with what it must have and a little more. */
function rowOf({ items, key }: Contract): Record<string, string> {
  const needed = items.filter(({ name, required }) => required || key.includes(name));
  const others = items.filter((item) => !needed.includes(item)).slice(0, further);
  return Object.fromEntries([...needed, ...others].map((item) => [item.name, exampleOf(item)]));
}

function callOf(contract: Contract): string {
  const rows = JSON.stringify({ rows: [rowOf(contract)] }, null, 2);
  return [
    `curl ${window.location.origin}/api/ingest/rows/${contract.name} \\`,
    "  -H 'content-type: application/json' \\",
    '  -H "authorization: Bearer $TOKEN" \\',
    "  -H 'idempotency-key: 20261123-0001' \\",
    `  -d '${rows}'`,
  ].join('\n');
}

function Call({ contract }: { contract: Contract }): ReactNode {
  const t = useText(text);
  if (contract.mode === 'full') return <p className="ing-pad muted">{t('pushWhole')}</p>;
  return (
    <div className="ing-pad ing-push">
      <Facts
        rows={[
          [t('pushTakes'), t(contract.mode === 'merge' ? 'pushMerge' : 'pushAppend')],
          [t('pushToken'), t('pushTokenIs')],
          [t('pushAgain'), t('pushAgainIs')],
        ]}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide call is scrolled by keyboard */}
      <pre tabIndex={0}>{callOf(contract)}</pre>
    </div>
  );
}

export function Push(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [chosen, setChosen] = useUrlValue('push');
  const datasets = useDatasets().data ?? [];
  const name = chosen || (datasets[0]?.name ?? '');
  const query = useContract(name);
  if (datasets.length === 0) return null;
  return (
    <Panel
      title={t('push')}
      note={t('pushNote')}
      extra={
        <Select
          size="small"
          className="ing-filter"
          aria-label={t('dataset')}
          popupMatchSelectWidth={false}
          value={name}
          onChange={setChosen}
          options={datasets.map((one) => ({ value: one.name, label: local(one.title) }))}
        />
      }
    >
      <Loaded query={query}>{({ contract }) => <Call contract={contract} />}</Loaded>
    </Panel>
  );
}
