/** The first rows as this reader sees them, through the gate. */
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PageResult } from '#gate/model';
import { useLocal, useMay, useText } from '#web/client';
import { type Column, DataTable, EmptyState, Loaded, Panel } from '#web/parts';
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
    render: ({ row }) => shown(row[at]),
  }));
  return (
    <DataTable
      wide
      label={t('preview')}
      columns={columns}
      rows={page.rows.map((row, at) => ({ at, row }))}
      rowKey={({ at }) => String(at)}
      empty={<EmptyState title={t('previewNone')} />}
    />
  );
}

export function Preview({ resource }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const [open, setOpen] = useState(false);
  const query = usePreview(resource.contract.name, open);
  if (!may('gate.read') || resource.summary.rows === null) return null;
  return (
    <Panel
      title={t('preview')}
      note={t('previewNote')}
      className="cat-wide"
      extra={
        open ? null : (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('preview')}
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
