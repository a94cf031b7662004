/** 安全与审计: what was done, and the proof that nothing of it was changed since. */
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useMay, useText } from '#web/client';
import { KeyCap, PageHeader, useKeys } from '#web/parts';
import './audit.css';
import { Days } from './Days.tsx';
import { exportPath, useFilters, useRecords, useSummary, useVerify } from './data.ts';
import { FilterBar } from './Filters.tsx';
import { RecordPanel } from './Record.tsx';
import { Records } from './Records.tsx';
import { Head, Standing, Verdict } from './Seal.tsx';
import { text } from './text.ts';

export default function Audit(): ReactNode {
  const t = useText(text);
  const may = useMay();
  const filters = useFilters();
  const records = useRecords(filters);
  const summary = useSummary();
  const verify = useVerify();
  const [chosen, setChosen] = useState<string>();
  const rows = records.data?.pages.flatMap((page) => page.items);
  // The newest stands open until one is chosen.
  const shown = chosen ?? rows?.[0]?.id;
  const at = rows?.findIndex((row) => row.id === shown) ?? -1;
  const step = (by: number) => () => {
    const next = rows?.[Math.max(0, at + by)];
    if (next !== undefined) setChosen(next.id);
  };
  const start = () => verify.mutate('');
  const mayVerify = may('audit.verify');
  useKeys({ j: step(1), k: step(-1), v: mayVerify ? start : undefined });
  return (
    <div className="audit">
      <PageHeader
        title={t('title')}
        actions={
          <>
            {(['csv', 'xlsx'] as const).map((format) => (
              <Button
                key={format}
                icon={<IconDownload size={16} aria-hidden />}
                href={exportPath(filters, format)}
              >
                {t(`export.${format}`)}
              </Button>
            ))}
            {mayVerify ? (
              <Button
                type="primary"
                icon={<IconShieldCheck size={16} aria-hidden />}
                loading={verify.isPending}
                onClick={start}
              >
                {verify.isPending ? t('verifying') : t('verify')} <KeyCap>V</KeyCap>
              </Button>
            ) : null}
          </>
        }
      >
        {t('lead')}
      </PageHeader>
      <Standing summary={summary.data} />
      <div className="audit-body">
        <div className="audit-main">
          <Verdict verify={verify} filters={filters} />
          <FilterBar filters={filters} />
          <Records query={records} rows={rows} chosen={shown} onChoose={setChosen} />
        </div>
        <RecordPanel record={rows?.[at]} filters={filters}>
          <Head head={summary.data?.head ?? null} />
          <Days onCompare={mayVerify ? (digests) => verify.mutate(digests) : undefined} />
        </RecordPanel>
      </div>
    </div>
  );
}
