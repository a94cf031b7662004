/**
 * How answers are cached: shown at once when known, read again when the page is looked at, never
 * retried on a refusal.
 */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './fetch.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: true,
      retry: (count, error) =>
        count < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});
