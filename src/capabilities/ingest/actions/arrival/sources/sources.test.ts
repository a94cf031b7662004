/** Addresses that may be connected to, and times of schedules. */
import { expect, test } from 'vitest';
import { nextOf } from './cron.ts';
import { requireAddress } from './guard.ts';

const settings = { pull_hosts: '', pull_networks: '127.0.0.0/8' };

test.each([
  ['127.0.0.1', true],
  ['::1', false],
  ['::ffff:127.0.0.1', true],
  ['::ffff:10.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['', false],
  ['93.184.216.34', true],
  ['2606:2800:220:1::1', true],
])('address %s may be connected to: %s', (address, allowed) => {
  const attempt = () => requireAddress(settings, 'h', address);
  if (allowed) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(/ingest\.address_forbidden/);
});

test.each([
  ['0 2 * * *', '2026-03-02T01:00:00Z', '2026-03-02T18:00:00Z'],
  ['*/15 8-17 * * 1-5', '2026-03-06T09:50:00Z', '2026-03-09T00:00:00Z'],
  ['30 6 29 2 *', '2026-03-02T01:00:00Z', '2028-02-28T22:30:00Z'],
  ['0 0 1 1,7 *', '2026-03-02T01:00:00Z', '2026-06-30T16:00:00Z'],
  ['0 12 13 * 5', '2026-03-02T01:00:00Z', '2026-03-06T04:00:00Z'],
  ['0 9 * * 7', '2026-03-02T01:00:00Z', '2026-03-08T01:00:00Z'],
])('%s after %s is %s', (cron, after, expected) => {
  expect(nextOf(cron, new Date(after), 'Asia/Shanghai')?.toISOString()).toBe(
    expected.replace('Z', '.000Z'),
  );
});

test('times the clocks jump over are left out', () => {
  const after = new Date('2026-03-28T00:00:00Z');
  const next = nextOf('30 2 * * *', after, 'Europe/Berlin');
  expect(next?.toISOString()).toBe('2026-03-28T01:30:00.000Z');
  expect(nextOf('30 2 * * *', next as Date, 'Europe/Berlin')?.toISOString()).toBe(
    '2026-03-30T00:30:00.000Z',
  );
  expect(nextOf('0 0 30 2 *', after, 'Europe/Berlin')).toBe(null);
  for (const bad of ['', '* * * *', '60 * * * *', '* 5-2 * * *', '*/0 * * * *', 'a * * * *']) {
    expect(nextOf(bad, after, 'Europe/Berlin')).toBe(null);
  }
});
