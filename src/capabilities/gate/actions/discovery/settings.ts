/** How discovery is set up, from the settings. */
import type { Settings } from '#kernel/config';
import type { Clock } from '#kernel/context';
import type { JudgeOptions } from './judge.ts';

/** Options of discovery as the settings and the local day give them. */
export const discoveryOptions = ({
  settings,
  clock,
}: {
  settings: Settings;
  clock: Clock;
}): JudgeOptions => ({
  today: new Intl.DateTimeFormat('sv-SE', { timeZone: settings.time_zone }).format(clock.now()),
  insidePermille: settings.discovery_inside_permille,
  insideValues: settings.discovery_inside_values,
});
