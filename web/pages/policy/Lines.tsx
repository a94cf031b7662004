/** The lines one by one, and for the security administrator their draft. */
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PolicyLine, PolicyTable } from '#gate/model';
import { useLocal, useText } from '#web/client';
import { type Column, DataTable, GradeChip, ViewMark } from '#web/parts';
import { useWords } from './data.ts';
import { LineForm } from './LineForm.tsx';
import { text } from './text.ts';

export function useLineColumns(table: PolicyTable): Column<PolicyLine>[] {
  const t = useText(text);
  const local = useLocal();
  const words = useWords(table);
  return [
    {
      key: 'roles',
      title: t('roles'),
      render: (line) => (
        <span className="policy-two">
          <span>{line.roles.map(words.role).join(t('between'))}</span>
          <small className="faint">{line.id}</small>
        </span>
      ),
    },
    {
      key: 'grades',
      title: t('grades'),
      width: 150,
      render: (line) => (
        <span className="policy-grades">
          {line.grades.map((grade) => (
            <GradeChip key={grade} grade={grade} short />
          ))}
        </span>
      ),
    },
    {
      key: 'what',
      named: true,
      title: t('types').replace(/[（(].*/, ''),
      render: (line) => (
        <span className="policy-two">
          <span>{line.types?.map(words.meaning).join(t('between')) ?? t('allTypes')}</span>
          {line.purposes === undefined ? null : (
            <small>
              {t('onlyFor', { what: line.purposes.map(words.purpose).join(t('between')) })}
            </small>
          )}
          {line.own === undefined ? null : <small>{t('ownOnly')}</small>}
        </span>
      ),
    },
    {
      key: 'view',
      title: t('view'),
      width: 170,
      render: (line) => <ViewMark view={line.view} {...words.how(line)} />,
    },
    {
      key: 'because',
      title: t('because'),
      render: (line) => (
        <span className="policy-two">
          <span>{local(line.because)}</span>
          {line.source === undefined ? null : <small className="faint">{line.source}</small>}
        </span>
      ),
    },
  ];
}

export function Lines(props: {
  table: PolicyTable;
  lines: PolicyLine[];
  /** Absent: read only. */
  onChange?: ((lines: PolicyLine[]) => void) | undefined;
}): ReactNode {
  const t = useText(text);
  const { table, lines, onChange } = props;
  const [open, setOpen] = useState<PolicyLine | 'new'>();
  const shown = useLineColumns(table);
  const keep = (line: PolicyLine): void => {
    const old = open === 'new' ? undefined : open?.id;
    onChange?.(
      old === undefined ? [...lines, line] : lines.map((one) => (one.id === old ? line : one)),
    );
    setOpen(undefined);
  };
  const tools: Column<PolicyLine> = {
    key: 'tools',
    title: t('tools'),
    width: 96,
    render: (line) => (
      <span className="policy-tools">
        <Button
          type="text"
          aria-label={`${t('edit')} ${line.id}`}
          icon={<IconPencil size={16} aria-hidden />}
          onClick={() => setOpen(line)}
        />
        <Button
          type="text"
          aria-label={`${t('remove')} ${line.id}`}
          icon={<IconTrash size={16} aria-hidden />}
          onClick={() => onChange?.(lines.filter(({ id }) => id !== line.id))}
        />
      </span>
    ),
  };
  return (
    <section className="card">
      <DataTable
        label={t('lines')}
        columns={onChange === undefined ? shown : [...shown, tools]}
        rows={lines}
        rowKey={(line) => line.id}
      />
      {onChange === undefined ? null : (
        <div className="policy-add">
          <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
            {t('add')}
          </Button>
        </div>
      )}
      {open === undefined ? null : (
        <LineForm
          key={open === 'new' ? '' : open.id}
          table={table}
          line={open === 'new' ? undefined : open}
          taken={lines.map(({ id }) => id)}
          onKeep={keep}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  );
}
