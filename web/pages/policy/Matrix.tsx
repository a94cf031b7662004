/** Roles by grades: what each sees, with what is different for a meaning, a purpose or own data. */
import type { ReactNode } from 'react';
import type { PolicyLine, PolicyTable } from '#gate/model';
import { useLocal, useText } from '#web/client';
import { type Column, DataTable, GradeChip, ViewMark } from '#web/parts';
import { useWords } from './data.ts';
import { text } from './text.ts';

const grades = ['L1', 'L2', 'L3', 'L4'] as const;
type Grade = (typeof grades)[number];

const strictness = ['plain', 'masked', 'generalised', 'hashed', 'counted', 'absent'] as const;

/** Lines of a role at a grade: those for every item first, the strictest before the others. */
function spoken(lines: readonly PolicyLine[], role: string, grade: Grade): PolicyLine[] {
  return lines
    .filter((line) => line.grades.includes(grade))
    .filter(({ roles }) => roles.includes(role) || (roles.includes('*') && role !== 'platform'))
    .toSorted((a, b) => strictness.indexOf(b.view) - strictness.indexOf(a.view));
}

const isGeneral = ({ types, purposes, own }: PolicyLine): boolean =>
  types === undefined && purposes === undefined && own === undefined;

function Cell(props: { lines: PolicyLine[]; table: PolicyTable; grade: Grade }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const words = useWords(props.table);
  const general = props.lines.find(isGeneral);
  const special = props.lines.filter((line) => !isGeneral(line));
  const said = ({ types, purposes, own }: PolicyLine): string =>
    [
      types === undefined ? '' : types.map(words.meaning).join(t('between')),
      purposes === undefined
        ? ''
        : t('onlyFor', { what: purposes.map(words.purpose).join(t('between')) }),
      own === undefined ? '' : t('ownOnly'),
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <div className="policy-cell">
      <span title={general === undefined ? t('byDefault') : local(general.because)}>
        <span className="policy-grade">
          <GradeChip grade={props.grade} short />
        </span>{' '}
        <ViewMark view={general?.view ?? 'absent'} />
      </span>
      {special.map((line) => (
        <span key={line.id} className="policy-special" title={local(line.because)}>
          <ViewMark view={line.view} {...words.how({ least: line.least })} />{' '}
          <small>{said(line)}</small>
        </span>
      ))}
    </div>
  );
}

export function Matrix({ table, lines }: { table: PolicyTable; lines: PolicyLine[] }): ReactNode {
  const t = useText(text);
  const words = useWords(table);
  const named = new Set(lines.flatMap(({ roles }) => roles));
  const roles = ['*', ...table.roles.map(({ name }) => name), 'platform']
    .filter((role) => named.has(role))
    .map((role) => ({ role }));
  const columns: Column<{ role: string }>[] = [
    { key: 'role', title: t('role'), width: 170, render: ({ role }) => <b>{words.role(role)}</b> },
    ...grades.map((grade) => ({
      key: grade,
      title: <GradeChip grade={grade} />,
      render: ({ role }: { role: string }) => (
        <Cell lines={spoken(lines, role, grade)} table={table} grade={grade} />
      ),
    })),
  ];
  return (
    <section className="card">
      <DataTable label={t('matrix')} columns={columns} rows={roles} rowKey={({ role }) => role} />
    </section>
  );
}
