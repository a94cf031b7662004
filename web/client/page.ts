/**
 * What a page folder says of itself in its `page.ts`: the shell finds it there, nothing else is
 * registered.
 */
import type { ComponentType } from 'react';
import type { Bilingual } from './i18n.ts';

export interface PageRoute {
  /** Path of the address, with `:name` for parameters. */
  path: string;
  /** The page's module, loaded when somebody goes there; it exports `default`. */
  load: () => Promise<{ default: ComponentType }>;
  /**
   * What stands around it: `desk` (navigation and header, the default), `phone` (bottom tabs),
   * `wall` (dark, nothing around it), `bare` (light, nothing around it).
   */
  frame?: 'desk' | 'phone' | 'wall' | 'bare';
  /** Readable without signing in. */
  open?: boolean;
  /** Nothing on it is for anybody without this permission: he is told so in place of the page. */
  access?: string;
  /** Its place in the navigation at the left; pages without it are reached by links. */
  nav?: {
    /** Ascending from the top. */
    order: number;
    label: Bilingual;
    icon: ComponentType<{ size?: number; stroke?: number }>;
    /** Shown to holders of this permission only. */
    access?: string;
    /** Where the entry leads when `path` has parameters. */
    to?: string;
    /** Other addresses that belong to the entry, with all below them. */
    covers?: readonly string[];
  };
}
