import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useRouteError } from 'react-router';
import { ApiError, useText } from '#web/client';
import { EmptyState, ErrorState, useTitle } from '#web/parts';
import { text } from './text.ts';

export function NotFound(): ReactNode {
  const t = useText(text);
  useTitle(t('notFound'));
  return (
    <EmptyState title={t('notFound')} action={<Link to="/">{t('home')}</Link>}>
      {t('notFoundHint')}
    </EmptyState>
  );
}

/** A page that holds nothing for the roles of whoever came to it. */
export function NotYours(): ReactNode {
  const t = useText(text);
  useTitle(t('notYours'));
  return (
    <EmptyState title={t('notYours')} action={<Link to="/">{t('home')}</Link>}>
      {t('notYoursHint')}
    </EmptyState>
  );
}

/**
 * A page that threw, or whose code could not be fetched (a new release was put out): reload brings
 * the new one.
 */
export function PageError(): ReactNode {
  const t = useText(text);
  const error = useRouteError();
  if (error instanceof ApiError) return <ErrorState error={error} />;
  return (
    <div role="alert">
      <EmptyState
        title={t('pageFailed')}
        action={<Button onClick={() => window.location.reload()}>{t('reload')}</Button>}
      >
        {error instanceof Error ? error.message : ''}
      </EmptyState>
    </div>
  );
}
