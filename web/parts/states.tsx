/** What a page shows when there is nothing, not yet, or not allowed. */
import { IconAlertTriangle, IconInbox } from '@tabler/icons-react';
import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ApiError, useLocal, useText } from '#web/client';
import { text } from './text.ts';

/** Says what would be here and the one thing to do. */
export function EmptyState(props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className="empty-state">
      <IconInbox size={32} stroke={1.5} aria-hidden />
      <b>{props.title}</b>
      {props.children ? <span className="muted">{props.children}</span> : null}
      {props.action}
    </div>
  );
}

/** The skeleton of a page: heading and rows of the height they will have. */
export function PageSkeleton({ rows = 6 }: { rows?: number }): ReactNode {
  const t = useText(text);
  return (
    <div className="page-skeleton" role="status">
      <span className="visually-hidden">{t('loading')}</span>
      <div aria-hidden="true">
        <Skeleton active={false} title={{ width: '30%' }} paragraph={{ rows: 1, width: '50%' }} />
        <Skeleton active={false} title={false} paragraph={{ rows, width: '100%' }} />
      </div>
    </div>
  );
}

/** The code, one sentence, all faults, one action. Never a toast. */
export function ErrorState({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div className="error-state" role="alert">
      <IconAlertTriangle size={28} stroke={1.75} aria-hidden />
      <div>
        <b>{known ? local(known.text) : t('unknownError')}</b>
        {known && known.faults.length > 0 ? (
          <ul>
            {known.faults.map((fault) => (
              <li key={`${fault.code} ${fault.item} ${fault.row} ${fault.line}`}>
                {[fault.file, fault.line, fault.row, fault.item].filter(Boolean).join(' · ')}{' '}
                {local(fault.message)}
              </li>
            ))}
          </ul>
        ) : null}
        {known ? (
          <span className="faint">
            {t('errorCode')} <code>{known.code}</code>
          </span>
        ) : null}
        {onRetry ? (
          <Button size="small" onClick={onRetry}>
            {t('retry')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/**
 * Shows the skeleton, the error or the answer of a query. What was read before stays while it is
 * read again.
 */
export function Loaded<T>(props: {
  query: QueryLike<T>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return props.skeleton ?? <PageSkeleton />;
}
