import { expect, test } from 'vitest';
import { createLog } from '#kernel/log';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ log_level: 'info' }, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test('no secret reaches the log, however deep it lies', () => {
  const text = logged((log) => {
    log.info({ password: 'hunter2', settings: { database_url: 'postgres://hunter2' } });
    log.info({ request: { headers: { cookie: 'gt_session=hunter2', authorization: 'hunter2' } } });
    log.info({ headers: { 'set-cookie': 'hunter2', 'x-csrf-token': 'hunter2' } });
    log.child({ token: 'hunter2' }).info('child');
  });
  expect(text).not.toContain('hunter2');
  expect(text).toContain('[redacted]');
});

test('a connection string in an error is not printed with its password', () => {
  const text = logged((log) =>
    log.error({ err: new Error('cannot reach postgres://guantong:hunter2@db/main') }),
  );
  expect(text).not.toContain('hunter2');
  expect(text).toContain('postgres://guantong:***@db/main');
});

test('lines are JSON with an instant in UTC', () => {
  const line: unknown = JSON.parse(logged((log) => log.info({ n: 1 }, 'hello')));
  expect(line).toMatchObject({ n: 1, msg: 'hello' });
  expect((line as { time: string }).time).toMatch(/Z$/);
});
