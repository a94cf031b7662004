/** What the pages of warehouses share: columns of counts, the search field, what is opened. */
import { IconSearch } from '@tabler/icons-react';
import { Drawer, Input } from 'antd';
import type { ReactNode } from 'react';
import { shortTime, useText } from '#web/client';
import { type Column, figure } from '#web/parts';
import { text } from './text.ts';

/** A cell with its heading before it where a row is a card and has no headings. */
export const Named = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <>
    <small className="wh-word">{name}</small>
    {children}
  </>
);

/** A column of one count of each row. */
export function useCount() {
  const t = useText(text);
  return <Row,>(
    key: 'rows' | 'out' | 'resources',
    width: number,
    of: (row: Row) => number | null,
  ): Column<Row> => ({
    key,
    title: t(key),
    number: true,
    width,
    render: (row) => <Named name={t(key)}>{figure(of(row))}</Named>,
  });
}

/** The column of when a resource was last delivered. */
export function useLast<Row extends { asOf: string | null }>(): Column<Row> {
  const t = useText(text);
  return {
    key: 'last',
    title: t('last'),
    number: true,
    width: 120,
    render: (row) => (
      <Named name={t('last')}>{row.asOf === null ? '-' : shortTime(row.asOf)}</Named>
    ),
  };
}

export function SearchField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <Input
      allowClear
      className="wh-search"
      prefix={<IconSearch size={16} aria-hidden />}
      placeholder={props.label}
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

/** What was chosen of a list, beside it; nothing chosen, nothing shown. */
export function Opened<One>(props: {
  one: One | undefined;
  titleOf: (one: One) => string;
  onClose: () => void;
  children: (one: One) => ReactNode;
}): ReactNode {
  const { one } = props;
  return (
    <Drawer
      open={one !== undefined}
      onClose={props.onClose}
      size={960}
      title={one === undefined ? '' : props.titleOf(one)}
    >
      {one === undefined ? null : props.children(one)}
    </Drawer>
  );
}
