/** ECharts for the pages that need more than a line; loaded only there, drawn as SVG. */
import type { EChartsCoreOption } from 'echarts/core';
import { type ReactNode, useEffect, useRef } from 'react';

const load = async () => {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([
    charts.LineChart,
    charts.BarChart,
    components.GridComponent,
    components.TooltipComponent,
    components.LegendComponent,
    components.MarkLineComponent,
    renderers.SVGRenderer,
  ]);
  return core;
};

/**
 * `option` is ECharts' own; colours come from the theme's variables when it names none. `label` is
 * read aloud.
 */
export function Chart(props: {
  option: EChartsCoreOption;
  height: number;
  label: string;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = box.current;
    if (node === null) return;
    let gone = false;
    let clean = (): void => {};
    void load().then((core) => {
      if (gone) return;
      const chart = core.init(node, undefined, { renderer: 'svg' });
      const css = getComputedStyle(node);
      const colour = [1, 2, 3, 4, 5, 6].map((n) => css.getPropertyValue(`--cat-${n}`).trim());
      const base = { color: colour, animation: false, textStyle: { fontFamily: css.fontFamily } };
      chart.setOption({ ...base, ...props.option });
      const watch = new ResizeObserver(() => chart.resize());
      watch.observe(node);
      clean = () => {
        watch.disconnect();
        chart.dispose();
      };
    });
    return () => {
      gone = true;
      clean();
    };
  }, [props.option]);
  return <div ref={box} style={{ height: props.height }} role="img" aria-label={props.label} />;
}
