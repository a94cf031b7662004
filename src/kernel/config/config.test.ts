import { expect, test } from 'vitest';
import { loadSettings, type Settings, settingsTable } from '#kernel/config';
import { GuantongError } from '#kernel/errors';

function refusal(env: Record<string, string>, overrides = {}): GuantongError {
  try {
    loadSettings(env, overrides);
  } catch (error) {
    if (error instanceof GuantongError) return error;
  }
  throw new Error('the settings were not refused');
}

test('all wrong settings are told at once, with their name in the environment', () => {
  const error = refusal(
    { GUANTONG_PORT: '99999', GUANTONG_DEMO: 'perhaps', GUANTONG_SQL_ROW_LIMIT: '1e3' },
    { colour: 'red' },
  );
  expect(error.code).toBe('config.bad_settings');
  expect(error.faults.map(({ code, item }) => `${code} ${item}`)).toEqual([
    'config.unknown colour',
    'config.bad_value port',
    'config.bad_value demo',
    'config.bad_value sql_row_limit',
  ]);
  expect(error.faults[1]?.message.zh).toContain('GUANTONG_PORT');
});

test('the value of a secret is in no fault', () => {
  const error = refusal({}, { database_url: 5 } as unknown as Partial<Settings>);
  expect(JSON.stringify(error.toShape())).not.toContain('postgres://');
  expect(error.faults).toHaveLength(1);
});

test('an override wins over the environment, the environment over the default', () => {
  expect(loadSettings().port).toBe(8330);
  expect(loadSettings({ GUANTONG_PORT: '9000', GUANTONG_DEMO: 'yes' })).toMatchObject({
    port: 9000,
    demo: true,
  });
  expect(loadSettings({ GUANTONG_PORT: '9000' }, { port: 0 }).port).toBe(0);
});

test('an empty variable counts as unset', () => {
  expect(loadSettings({ GUANTONG_PORT: '', DATABASE_URL: '' })).toMatchObject({
    port: 8330,
    database_url: '',
  });
});

test('every setting has its own name in the environment, a default that is valid, and help', () => {
  const all = Object.entries(settingsTable);
  expect(new Set(all.map(([, setting]) => setting.env)).size).toBe(all.length);
  for (const [name, setting] of all) {
    expect(setting.help.zh, name).toMatch(/\p{Script=Han}/u);
    expect(setting.help.en, name).toMatch(/^[\x20-\x7e]+$/);
    expect(setting.schema.safeParse(setting.default).success, name).toBe(true);
    if (name !== 'database_url') expect(setting.env).toBe(`GUANTONG_${name.toUpperCase()}`);
  }
});

test('limits carry their unit in their name', () => {
  const limits = Object.keys(settingsTable).filter((name) => /limit|max|wait|delay/.test(name));
  const units =
    /_(bytes|ms|seconds|minutes|days|mb|records|rows|columns|per_minute|size|ratio|entries|codes)$/;
  // What is counted stands before the word: `sql_row_limit`.
  const counted = /_(row|file|subject)_limit$/;
  expect(limits.filter((name) => !units.test(name) && !counted.test(name))).toEqual([]);
});
