/** The first rows as this reader sees them now or saw them then, through the gate. */
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PageResult } from '#gate/model';
import { shortTime, useLocal, useMay, useText } from '#web/client';
import { type Column, DataTable, EmptyState, Loaded, Panel } from '#web/parts';
import { AsOf, useAsOf } from './AsOf.tsx';
import { type Resource, usePreview } from './data.ts';
import { text } from './text.ts';

type Row = PageResult['rows'][number];

const shown = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value);

function Rows({ page, resource }: { page: PageResult; resource: Resource }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const titles = new Map(resource.contract.items.map(({ name, title }) => [name, local(title)]));
  const columns: Column<{ at: number; row: Row }>[] = page.columns.map(({ name }, at) => ({
    key: name,
    title: titles.get(name) ?? name,
    named: true,
    render: ({ row }) => shown(row[at]),
  }));
  const [snapshot] = page.snapshots;
  return (
    <>
      {snapshot === undefined ? null : (
        <p className="cat-pad faint">
          {t('asOfIs', { n: snapshot.version, time: shortTime(snapshot.at) })}
        </p>
      )}
      <DataTable
        wide
        label={t('preview')}
        columns={columns}
        rows={page.rows.map((row, at) => ({ at, row }))}
        rowKey={({ at }) => String(at)}
        empty={<EmptyState title={t(snapshot === undefined ? 'asOfNone' : 'previewNone')} />}
      />
    </>
  );
}

export function Preview({ resource }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const [asOf] = useAsOf();
  const [open, setOpen] = useState(asOf !== '');
  const { name } = resource.contract;
  const query = usePreview(name, asOf, open);
  if (!may('gate.read') || resource.summary.rows === null) return null;
  return (
    <Panel
      title={t('preview')}
      note={t('previewNote')}
      className="cat-wide"
      extra={
        open ? (
          <AsOf name={name} />
        ) : (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('previewShow')}
          </Button>
        )
      }
    >
      {open ? (
        <Loaded query={query}>{(page) => <Rows page={page} resource={resource} />}</Loaded>
      ) : null}
    </Panel>
  );
}
