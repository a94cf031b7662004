import { expect, test } from 'vitest';
import { workTheDesk } from './desk.ts';
import { type People, Refused } from './drive.ts';

/** Seats whose acts are refused with these codes, by the address. */
function seats(codes: Readonly<Record<string, string>>): { people: People; did: string[] } {
  const did: string[] = [];
  const items = ['1', '2', '3', '4'].map((id) => ({ id }));
  const post = async (who: string, url: string): Promise<never> => {
    const code = codes[url];
    const body = JSON.stringify({ error: { code } });
    if (code !== undefined) throw new Refused(who, url, { status: 403, headers: {}, body });
    did.push(url);
    return undefined as never;
  };
  const get = async (): Promise<never> => ({ items }) as never;
  return { people: { get, post, upload: post }, did };
}

test('what the ladder has passed on meanwhile stays; any other refusal is told', async () => {
  const late = seats({
    '/api/hub/events/2/sign': 'cases.not_your_task',
    '/api/hub/events/3/dispatch': 'hub.place_needed',
  });
  expect(await workTheDesk(late.people)).toBe(3);
  expect(late.did).toEqual(
    ['1/sign', '3/sign', '4/sign', '4/dispatch'].map((path) => `/api/hub/events/${path}`),
  );
  const broken = seats({ '/api/hub/events/1/sign': 'kernel.internal' });
  await expect(workTheDesk(broken.people)).rejects.toThrow(/kernel\.internal/);
  expect(broken.did).toEqual([]);
});
