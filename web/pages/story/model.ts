/** What `GET /api/story` answers. */
import type { Bilingual } from '#web/client';

export interface StoryTodo {
  label: Bilingual;
  /** Page of the real thing. */
  link: string;
  /** The key that goes there. */
  key: string;
}

export interface StoryStop {
  /** 1..7 */
  n: number;
  /** When it happened (UTC); null while it has not. */
  at: string | null;
  title: Bilingual;
  /** Who, and what, one line each. */
  lines: Bilingual[];
  /** Heading and sentence of the stop when it is looked at. */
  heading?: Bilingual;
  what: Bilingual;
  /** Drawing of the card; `facts` are the words in it. */
  scene: string;
  facts?: Record<string, string>;
  link: string;
  role: Bilingual;
  /** Account that acts here; the page becomes this person before it goes to a link. */
  account: string;
  todo: StoryTodo[];
  state: 'done' | 'now' | 'todo';
}

export interface StoryNumber {
  indicator: string;
  name: Bilingual;
  unit: string;
  unitName: string;
  level: string;
  before: number | null;
  after: number | null;
  measure: Bilingual;
  digits: number;
  better: 'up' | 'down';
  at: string | null;
  /** Seconds from the act to the number. */
  seconds: number | null;
  owner: string;
  trend: (number | null)[];
}

export interface StoryReport {
  stops: StoryStop[];
  numbers: StoryNumber[];
  replay: { state: 'idle' | 'running'; startedAt: string | null; stop: number | null };
}
