/**
 * The one table: 40-px rows, whole row a click, keyset pages ("show more"), numbers at the right.
 */
import { Button, Skeleton, Table } from 'antd';
import type { ColumnType } from 'antd/es/table/index.js';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';
import { useText } from '#web/client';
import { KeyCap } from './marks.tsx';
import { EmptyState } from './states.tsx';
import { text } from './text.ts';

export interface Column<T> {
  key: string;
  title: ReactNode;
  render: (row: T) => ReactNode;
  /** Numbers stand at the right. */
  number?: boolean;
  width?: number | string;
  /** On a phone, where a row is a card without headings, the title stands before the value. */
  named?: boolean;
}

export interface DataTableProps<T> {
  columns: readonly Column<T>[];
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
  onRow?: (row: T) => void;
  /** Marks the row the keyboard is on or that is open. */
  selected?: string | undefined;
  /** There is a next page; called by 继续往下看. */
  onMore?: (() => void) | undefined;
  loadingMore?: boolean;
  empty?: ReactNode;
  /** Names the table for readers. */
  label: string;
  /** Many columns, each as wide as its words, in a box that scrolls; else words wrap. */
  wide?: boolean;
  /** A few short columns in a panel at the side: its words wrap, and it never scrolls. */
  side?: boolean;
}

const columnOf = <T,>(column: Column<T>, narrow: boolean): ColumnType<T> => ({
  key: column.key,
  title: column.title,
  render: (_: unknown, row: T) =>
    narrow && column.named ? (
      <span className="cell-named">
        <small>{column.title}</small>
        {column.render(row)}
      </span>
    ) : (
      column.render(row)
    ),
  ...(column.number && !narrow ? { align: 'right' as const } : {}),
  ...(column.width === undefined ? {} : { width: column.width, className: 'tight' }),
});

const narrowScreen = '(max-width: 640px)';

/** Width in pixels below which a table scrolls rather than wrapping its words further. */
const leastWidth = 720;

/** Whether the screen is as a media query asks. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
  );
}

/** A control inside a row does its own: it does not open the row. */
const isControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('label, button, a') !== null;

/** Nothing may be called empty before it has been asked for. */
function RowsToCome(): ReactNode {
  const t = useText(text);
  return (
    <div role="status">
      <span className="visually-hidden">{t('loading')}</span>
      <div aria-hidden="true">
        <Skeleton active={false} title={false} paragraph={{ rows: 6, width: '100%' }} />
      </div>
    </div>
  );
}

export function DataTable<T extends object>(props: DataTableProps<T>): ReactNode {
  const t = useText(text);
  // On a phone a row is a card: its cells stand below each other.
  const narrow = useMedia(narrowScreen);
  const filled = props.rows !== undefined && props.rows.length > 0;
  const { onRow, rows } = props;
  const least = props.wide ? 'max-content' : leastWidth;
  const none = props.empty ?? <EmptyState title={t('emptyList')} />;
  return (
    <section className={narrow ? 'data-table narrow' : 'data-table'} aria-label={props.label}>
      <Table<T>
        size="middle"
        columns={props.columns.map((column) => columnOf(column, narrow))}
        dataSource={rows ? [...rows] : []}
        rowKey={props.rowKey}
        pagination={false}
        showHeader={filled && !narrow}
        {...(filled && !narrow && !props.side ? { scroll: { x: least } } : {})}
        locale={{ emptyText: rows === undefined ? <RowsToCome /> : none }}
        rowClassName={(row) =>
          !narrow && props.rowKey(row) === props.selected ? 'is-selected' : ''
        }
        onRow={(row) =>
          onRow
            ? {
                className: 'is-clickable',
                tabIndex: 0,
                onClick: (event: MouseEvent) => {
                  if (!isControl(event.target)) onRow(row);
                },
                onKeyDown: (event: KeyboardEvent) => {
                  if (event.key === 'Enter' && event.target === event.currentTarget) onRow(row);
                },
              }
            : {}
        }
      />
      {props.onMore ? (
        <div className="table-more">
          <span className="faint">{t('ofRows', { n: rows?.length ?? 0 })}</span>
          <Button loading={props.loadingMore ?? false} onClick={props.onMore}>
            {t('moreRows')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Name in bold with its code in grey, the first column of most lists. */
export const NameAndCode = ({ name, code }: { name: ReactNode; code: string }): ReactNode => (
  <span className="name-code">
    <b>{name}</b> <small>{code}</small>
  </span>
);

/** What the keys do in a list: J K up and down, Enter opens where a row is a page of its own. */
export function MoveKeys({ opens = false }: { opens?: boolean }): ReactNode {
  const t = useText(text);
  return (
    <span className="move-keys faint">
      <KeyCap>J</KeyCap> <KeyCap>K</KeyCap> {t('keysMove')}
      {opens ? (
        <>
          {' '}
          <KeyCap>Enter</KeyCap> {t('keysOpen')}
        </>
      ) : null}
    </span>
  );
}
