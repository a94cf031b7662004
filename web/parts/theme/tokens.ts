/**
 * The look in one place. Every colour and size of the web comes from here: as CSS variables
 * (`--text-2`) for our own parts and as Ant Design tokens for its components. Contrast of text on
 * surface is at least 4.5 : 1.
 */

export type SurfaceName = 'light' | 'wall';

export interface Palette {
  bg: string;
  surface: string;
  sunken: string;
  line: string;
  'line-strong': string;
  text: string;
  'text-2': string;
  'text-3': string;
  accent: string;
  'accent-soft': string;
  'accent-line': string;
  'on-accent': string;
  ok: string;
  'ok-soft': string;
  warn: string;
  'warn-soft': string;
  bad: string;
  'bad-soft': string;
  stale: string;
  'stale-soft': string;
  track: string;
}

const light: Palette = {
  bg: '#F2F5F8',
  surface: '#FFFFFF',
  sunken: '#F7F9FB',
  line: '#DCE3EA',
  'line-strong': '#8595A6',
  text: '#14202D',
  'text-2': '#435264',
  'text-3': '#5B6A7B',
  accent: '#0B5CAD',
  'accent-soft': '#E7F0FA',
  'accent-line': '#BCD3EA',
  'on-accent': '#FFFFFF',
  ok: '#17694A',
  'ok-soft': '#E5F3EC',
  warn: '#8A5300',
  'warn-soft': '#FDF1DC',
  bad: '#B0222A',
  'bad-soft': '#FCEBEA',
  stale: '#5F6C7A',
  'stale-soft': '#ECF0F3',
  track: '#E4E9EF',
};

const wall: Palette = {
  bg: '#0A111B',
  surface: '#101A27',
  sunken: '#0D1520',
  line: '#223246',
  'line-strong': '#5E7590',
  text: '#EFF4F9',
  'text-2': '#B9C6D4',
  'text-3': '#8FA1B5',
  accent: '#6FB5F0',
  'accent-soft': '#15304A',
  'accent-line': '#2C5278',
  'on-accent': '#0A111B',
  ok: '#67C89D',
  'ok-soft': '#12302A',
  warn: '#F2B45A',
  'warn-soft': '#35290F',
  bad: '#FF8E80',
  'bad-soft': '#3A1A1C',
  stale: '#8795A5',
  'stale-soft': '#18222E',
  track: '#223246',
};

export const palettes: Record<SurfaceName, Palette> = { light, wall };

/** Choropleth steps, calm to "needs more attention"; on light the same hues run pale to strong. */
export const sequences: Record<SurfaceName, readonly string[]> = {
  light: ['#E3EBF3', '#C2D6EA', '#8FB6DC', '#4F8AC4', '#1F5C9E'],
  wall: ['#1B2C42', '#24466A', '#2F6396', '#4585C1', '#74AEE3'],
};

export const categories: Record<SurfaceName, readonly string[]> = {
  light: ['#0B5CAD', '#C8620A', '#12806F', '#7B4BA0', '#6B7785', '#A8892A'],
  wall: ['#6FB5F0', '#F2A65A', '#63CDB6', '#C3A2E8', '#9AA8B8', '#E3D079'],
};

/** System fonts only: nothing is fetched from outside. */
export const fontFamily =
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", ' +
  'system-ui, sans-serif';

const sizes = { 12: 12, 13: 13, 14: 14, 16: 16, 18: 18, 24: 24, 40: 40 } as const;

/** How much larger everything is in elder mode (大字). */
export const elderScale = 1.3;

/** The CSS variables of one surface; `--fs-14` and so on grow with elder mode. */
export function cssVariables(surface: SurfaceName, elder: boolean): Record<string, string> {
  const scale = elder ? elderScale : 1;
  const out: Record<string, string> = { '--font': fontFamily };
  for (const [name, value] of Object.entries(palettes[surface])) out[`--${name}`] = value;
  sequences[surface].forEach((value, i) => {
    out[`--seq-${i + 1}`] = value;
  });
  categories[surface].forEach((value, i) => {
    out[`--cat-${i + 1}`] = value;
  });
  for (const size of Object.values(sizes)) out[`--fs-${size}`] = `${Math.round(size * scale)}px`;
  // A dark piece on a light page (the wall seen from the story).
  out['--ink'] = wall.surface;
  out['--ink-text'] = wall.text;
  out['--ink-accent'] = wall.accent;
  out['--control'] = elder ? '44px' : '34px';
  return out;
}
