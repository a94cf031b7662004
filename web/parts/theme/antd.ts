/** Ant Design's tokens out of ours, so that its components and our parts are one family. */
import type { ThemeConfig } from 'antd';
import { theme } from 'antd';
import { elderScale, fontFamily, palettes, type SurfaceName } from './tokens.ts';

export function antdTheme(surface: SurfaceName, elder: boolean, still: boolean): ThemeConfig {
  const p = palettes[surface];
  const scale = elder ? elderScale : 1;
  const px = (size: number): number => Math.round(size * scale);
  return {
    algorithm: surface === 'wall' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily,
      fontSize: px(14),
      fontSizeSM: px(13),
      colorPrimary: p.accent,
      colorLink: p.accent,
      colorInfo: p.accent,
      colorSuccess: p.ok,
      colorWarning: p.warn,
      colorError: p.bad,
      colorText: p.text,
      colorTextSecondary: p['text-2'],
      colorTextTertiary: p['text-3'],
      colorTextPlaceholder: p['text-3'],
      colorTextDescription: p['text-3'],
      colorBorder: p.line,
      colorBorderSecondary: p.line,
      colorBgBase: p.surface,
      colorBgContainer: p.surface,
      colorBgElevated: p.surface,
      colorBgLayout: p.bg,
      borderRadius: 6,
      borderRadiusLG: 8,
      borderRadiusSM: 4,
      controlHeight: px(34),
      controlHeightLG: px(40),
      controlHeightSM: px(28),
      fontWeightStrong: 600,
      motionDurationFast: '0.1s',
      motionDurationMid: '0.15s',
      motionDurationSlow: '0.15s',
      motion: !still,
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        fontWeight: 400,
      },
      Table: {
        headerBg: p.sunken,
        headerColor: p['text-2'],
        headerSplitColor: p.line,
        borderColor: p.line,
        rowHoverBg: p['accent-soft'],
        cellPaddingBlock: 9,
        cellPaddingInline: 12,
      },
      Segmented: { trackBg: p.track, itemSelectedBg: p.surface, itemColor: p['text-2'] },
      Drawer: { footerPaddingInline: 24 },
    },
  };
}
