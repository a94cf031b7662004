/** How knowing is set up, from the settings. */
import type { Settings } from '#kernel/config';
import type { Clock } from '#kernel/context';
import type { KnowOptions } from './model.ts';

/** Options of `knowColumns` as the settings and the local day give them. */
export const knowOptions = ({
  settings,
  clock,
}: {
  settings: Settings;
  clock: Clock;
}): KnowOptions => ({
  today: new Intl.DateTimeFormat('sv-SE', { timeZone: settings.time_zone }).format(clock.now()),
  misfitPermille: settings.knowing_misfit_permille,
  codesMax: settings.knowing_max_codes,
  sampleRows: settings.knowing_sample_rows,
});
