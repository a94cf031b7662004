/**
 * What the pages show: a small district in which the story was played over real HTTP.
 */
import { demoPassword, fetched, people, type StoryFacts } from '#sample';
import { type BrowserStage, playLive } from '#testing/browser';

const patienceMs = 120_000;

/**
 * Six stops: what happened, what was joined, handled, verified, and a correction that was opened.
 */
const stops = [1, 2, 3, 4, 5, 6];

export const playStory = ({ url, site }: BrowserStage): Promise<StoryFacts> =>
  playLive(people(fetched(url), demoPassword), { site, stops, serial: '7004', patienceMs });
