/** 可见规则: the table everybody may read, that the security administrator changes, and a simulator. */
import { IconDownload } from '@tabler/icons-react';
import { Button, Input, Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PolicyInForce, PolicyLine, PolicyTable } from '#gate/model';
import { useLocal, useMay, useText, useUrlValue } from '#web/client';
import { type Column, DataTable, ErrorState, Loaded, PageHeader, ViewMark } from '#web/parts';
import { filePath, usePolicies, useSave, useWords } from './data.ts';
import { History } from './History.tsx';
import { Lines } from './Lines.tsx';
import { Matrix } from './Matrix.tsx';
import './policy.css';
import { Simulator } from './Simulator.tsx';
import { text } from './text.ts';

const tabs = ['matrix', 'lines', 'masks', 'history', 'simulator'] as const;
type Tab = (typeof tabs)[number];

type Mask = PolicyTable['masks'][number];

function Masks({ table }: { table: PolicyTable }): ReactNode {
  const t = useText(text);
  const words = useWords(table);
  const columns: Column<Mask>[] = [
    {
      key: 'mask',
      title: t('masks'),
      render: ({ name }) => (
        <span className="policy-two">
          <span>{words.mask(name)}</span>
          <small className="faint">{name}</small>
        </span>
      ),
    },
    { key: 'how', title: t('view'), width: 150, render: ({ how }) => <ViewMark view={how} /> },
    {
      key: 'example',
      title: t('example'),
      render: ({ from, to }) => (
        <span className="policy-becomes">
          <code>{from}</code>
          <span aria-hidden>→</span>
          <code>{to ?? '-'}</code>
        </span>
      ),
    },
  ];
  return (
    <section className="card">
      <DataTable
        label={t('masks')}
        columns={columns}
        rows={table.masks}
        rowKey={({ name }) => name}
      />
    </section>
  );
}

const changedOf = (before: readonly PolicyLine[], after: readonly PolicyLine[]): number => {
  const old = new Map(before.map((line) => [line.id, JSON.stringify(line)]));
  const kept = after.filter((line) => old.get(line.id) === JSON.stringify(line)).length;
  return Math.max(before.length, after.length) - kept;
};

/** The lines, and once one is touched the bar that publishes them. */
function Edited({ table, policy }: { table: PolicyTable; policy: PolicyInForce }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const [draft, setDraft] = useState<PolicyLine[]>();
  const [reason, setReason] = useState('');
  const discard = (): void => {
    setDraft(undefined);
    setReason('');
  };
  const save = useSave(policy, discard);
  const lines = draft ?? policy.lines;
  const changed = changedOf(policy.lines, lines);
  return (
    <>
      {may('gate.policy') ? null : <p className="faint policy-note">{t('readOnly')}</p>}
      {draft === undefined || changed === 0 ? null : (
        <div className="card policy-save" role="status">
          <b>{t('unsaved', { n: changed })}</b>
          <Input
            aria-label={t('reason')}
            placeholder={t('reason')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            type="primary"
            loading={save.isPending}
            disabled={reason.trim().length < 2}
            onClick={() => save.mutate({ version: policy.version, reason, lines })}
          >
            {save.isPending ? t('saving') : t('save')}
          </Button>
          <Button type="text" onClick={discard}>
            {t('cancel')}
          </Button>
        </div>
      )}
      {save.isError ? <ErrorState error={save.error} /> : null}
      <Lines table={table} lines={lines} onChange={may('gate.policy') ? setDraft : undefined} />
    </>
  );
}

function Shown({ tab, table, policy }: { tab: Tab; table: PolicyTable; policy: PolicyInForce }) {
  if (tab === 'lines') return <Edited key={policy.version} table={table} policy={policy} />;
  if (tab === 'masks') return <Masks table={table} />;
  if (tab === 'history') return <History id={policy} table={table} />;
  if (tab === 'simulator') return <Simulator table={table} />;
  return <Matrix table={table} lines={table.policies.flatMap(({ lines }) => lines)} />;
}

export default function Policy(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const policies = usePolicies();
  const [chosen, setChosen] = useUrlValue('tab', 'matrix');
  const [ref, setRef] = useUrlValue('policy');
  const tab = tabs.find((one) => one === chosen) ?? 'matrix';
  const all = policies.data?.policies ?? [];
  const policy = all.find(({ pack, name }) => `${pack}/${name}` === ref) ?? all[0];
  return (
    <>
      <PageHeader
        title={t('title')}
        marks={
          policy === undefined ? null : (
            <span className="chip">{t('version', { n: policy.version })}</span>
          )
        }
        actions={
          policy === undefined ? null : (
            <Button icon={<IconDownload size={16} aria-hidden />} href={filePath(policy)}>
              {t('export')}
            </Button>
          )
        }
      >
        {t('lead')}
      </PageHeader>
      <div className="policy-page">
        <div className="policy-tabs">
          <Segmented
            aria-label={t('title')}
            value={tab}
            options={tabs.map((value) => ({ value, label: t(value) }))}
            onChange={setChosen}
          />
          {all.length < 2 ? null : (
            <Select
              aria-label={t('which')}
              value={policy === undefined ? null : `${policy.pack}/${policy.name}`}
              options={all.map(({ pack, name, title }) => ({
                value: `${pack}/${name}`,
                label: local(title),
              }))}
              onChange={setRef}
            />
          )}
        </div>
        <Loaded query={policies}>
          {(table) =>
            policy === undefined ? null : <Shown tab={tab} table={table} policy={policy} />
          }
        </Loaded>
      </div>
    </>
  );
}
