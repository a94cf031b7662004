/**
 * Puts a page on one of the two surfaces: our variables on the document, Ant Design's theme around
 * the page.
 */
import { ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US.js';
import type { Locale } from 'antd/es/locale/index.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { useElder, useLanguage } from '#web/client';
import { antdTheme } from './antd.ts';
import { cssVariables, type SurfaceName } from './tokens.ts';

/** The bundler gives the locale itself, Node's rules for old packages give it as `default`. */
const localeOf = (module: { default: Locale } | Locale): Locale =>
  'default' in module ? module.default : module;

const still = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Writes the variables of a surface on the document, where drawers and menus see them too. */
export function applySurface(surface: SurfaceName, elder: boolean): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(cssVariables(surface, elder))) {
    root.style.setProperty(name, value);
  }
  root.dataset.surface = surface;
  root.dataset.elder = elder ? 'yes' : 'no';
  root.style.colorScheme = surface === 'wall' ? 'dark' : 'light';
}

export function Surface({ name, children }: { name: SurfaceName; children: ReactNode }): ReactNode {
  const elder = useElder();
  const language = useLanguage();
  useLayoutEffect(() => applySurface(name, elder), [name, elder]);
  const theme = useMemo(() => antdTheme(name, elder, still()), [name, elder]);
  return (
    <ConfigProvider
      theme={theme}
      locale={localeOf(language === 'zh' ? zhCN : enUS)}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      {children}
    </ConfigProvider>
  );
}
