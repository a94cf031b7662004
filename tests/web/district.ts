/**
 * What the pages show: a small district in which the story was played to its end over real HTTP.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { demoPassword, people, type StoryFacts, storyScript } from '#sample';
import type { BrowserStage } from '#testing/browser';

const patienceMs = 120_000;
const againMs = 100;

/**
 * Six stops: what happened, what was joined, handled, verified, and a correction that was opened.
 */
const stops = 6;

const today = (): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Shanghai' })
    .format(new Date())
    .replaceAll('-', '');

const cast = (url: string) =>
  people(async ({ method, url: path, headers, payload }) => {
    const body = typeof payload === 'string' ? payload : payload && new Uint8Array(payload);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const cookie = answer.headers.get('set-cookie') ?? '';
    return { status: answer.status, headers: { 'set-cookie': cookie }, body: await answer.text() };
  }, demoPassword);

/** Plays the moments of the story; what one waits for arrives when the server's loops bring it. */
export async function playStory({ url, site }: BrowserStage): Promise<StoryFacts> {
  let facts: StoryFacts = {};
  const outside = cast(url);
  for (const moment of storyScript.filter((one) => one.stop <= stops)) {
    const stage = {
      people: outside,
      site,
      facts,
      now: () => new Date(),
      day: today(),
      serial: '7004',
    };
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        facts = { ...facts, ...(await moment.run(stage)) };
        break;
      } catch (thrown) {
        // Not yet there; a refusal is an error of another name.
        const arriving = thrown instanceof Error && thrown.name === 'Error';
        if (!arriving || performance.now() > until) throw thrown;
        await pause(againMs);
      }
    }
  }
  return facts;
}
