/** Lengths of time as people say them. */
import { duration, useLanguage } from '#web/client';

/** Seconds in words: `3 天 2 时`. */
export function useDays(): (seconds: number | null) => string {
  const lang = useLanguage();
  return (seconds) => (seconds === null ? '-' : duration(seconds * 1000, lang));
}
