/** Settings: one table, read once at start from the environment and the command line. */
import type { Fault } from '#kernel/errors';
import { configErrors } from './errors.ts';
import type { Setting } from './setting.ts';
import { settingsTable } from './table.ts';

export { namedSecret, secretName } from './secrets.ts';
export type { Setting } from './setting.ts';
export { configErrors, settingsTable };

type Table = typeof settingsTable;
export type SettingName = keyof Table;

/** The settings of this process, typed by the table. */
export type Settings = {
  readonly [K in SettingName]: Table[K] extends Setting<infer T> ? T : never;
};

const names = Object.keys(settingsTable) as SettingName[];

/**
 * Reads every setting: an override first, then the environment, then the default. An empty variable
 * of the environment counts as unset.
 * @throws config.bad_settings with one fault for each wrong value, all at once
 */
export function loadSettings(
  env: Record<string, string | undefined> = {},
  overrides: Partial<Settings> = {},
): Settings {
  const faults: Fault[] = [];
  const given = overrides as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!(name in settingsTable))
      faults.push(configErrors.fault('unknown', { item: name }, { name }));
  }
  const entries = names.map((name) => {
    const setting: Setting<unknown> = settingsTable[name];
    const raw = given[name] ?? (env[setting.env] || undefined) ?? setting.default;
    const parsed = setting.schema.safeParse(raw);
    if (parsed.success) return [name, parsed.data];
    const detail = parsed.error.issues.map((issue) => issue.message).join('; ');
    faults.push(
      configErrors.fault('bad_value', { item: name }, { name, env: setting.env, detail }),
    );
    return [name, setting.default];
  });
  if (faults.length > 0) throw configErrors.make('bad_settings', { count: faults.length }, faults);
  return Object.fromEntries(entries) as Settings;
}
