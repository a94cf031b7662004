/** Lengths of time and headlines as people say them. */
import { duration, useLanguage, useUnitsWithin } from '#web/client';

/** Seconds in words: `3 天 2 时`. */
export function useDays(): (seconds: number | null) => string {
  const lang = useLanguage();
  return (seconds) => (seconds === null ? '-' : duration(seconds * 1000, lang));
}

/** Headline of a case in the reader's language, where it was given in both. */
export function useHeadline(): (row: { title: string; titleEn: string | null }) => string {
  const english = useLanguage() === 'en';
  const within = useUnitsWithin();
  return ({ title, titleEn }) => (english ? within(titleEn ?? title) : title);
}

/** An entry of a case's timeline in the reader's language: its headline and its units too. */
export function useStoryWords(row: {
  title: string;
  titleEn: string | null;
}): (words: string) => string {
  const headline = useHeadline();
  const within = useUnitsWithin();
  return (words) => within(words.replaceAll(row.title, headline(row)));
}
