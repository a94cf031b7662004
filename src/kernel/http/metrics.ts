/** Counts and durations of requests, and the gauges of the process, as OpenMetrics 1.0 text. */
export interface Gauge {
  /** OpenMetrics name without the `guantong_` prefix. */
  name: string;
  help: string;
  value: number;
  labels?: Record<string, string>;
}

export const metricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const upperBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Series {
  labels: string;
  statuses: Map<number, number>;
  /** Requests at or under each bound, and all. */
  buckets: number[];
  sum: number;
  count: number;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelled = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`);

function gaugeLines(gauges: readonly Gauge[]): string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const gauge of gauges) {
    const name = `guantong_${gauge.name}`;
    if (!seen.has(name)) lines.push(`# TYPE ${name} gauge`, `# HELP ${name} ${gauge.help}`);
    seen.add(name);
    lines.push(`${name}${braced(labelled(gauge.labels ?? {}))} ${gauge.value}`);
  }
  return lines;
}

function seriesLines(all: readonly Series[]): string[] {
  const requests = 'guantong_http_requests';
  const seconds = 'guantong_http_request_duration_seconds';
  const lines = [`# TYPE ${requests} counter`, `# HELP ${requests} Requests answered.`];
  for (const { labels, statuses } of all) {
    for (const [status, count] of statuses) {
      lines.push(`${requests}_total{${labels},status="${status}"} ${count}`);
    }
  }
  lines.push(`# TYPE ${seconds} histogram`, `# UNIT ${seconds} seconds`);
  lines.push(`# HELP ${seconds} Time to answer.`);
  for (const { labels, buckets, sum, count } of all) {
    for (const [at, bound] of upperBounds.entries()) {
      lines.push(`${seconds}_bucket{${labels},le="${bound}"} ${buckets[at] ?? 0}`);
    }
    lines.push(`${seconds}_bucket{${labels},le="+Inf"} ${count}`);
    lines.push(`${seconds}_sum{${labels}} ${sum}`, `${seconds}_count{${labels}} ${count}`);
  }
  return lines;
}

export interface Metrics {
  /**
   * Counts one answer. `route` is the declared path, never the one typed: its values would have no
   * end.
   */
  observe(method: string, route: string, status: number, seconds: number): void;
  text(gauges: readonly Gauge[]): string;
}

export function createMetrics(): Metrics {
  const all = new Map<string, Series>();
  const seriesOf = (method: string, route: string): Series => {
    const key = `${method} ${route}`;
    const known = all.get(key);
    if (known !== undefined) return known;
    const labels = labelled({ method, route });
    const series = {
      labels,
      statuses: new Map<number, number>(),
      buckets: upperBounds.map(() => 0),
      sum: 0,
      count: 0,
    };
    all.set(key, series);
    return series;
  };
  return {
    observe(method, route, status, seconds) {
      const series = seriesOf(method, route);
      series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
      for (const [at, bound] of upperBounds.entries()) {
        if (seconds <= bound) series.buckets[at] = (series.buckets[at] ?? 0) + 1;
      }
      series.sum += seconds;
      series.count += 1;
    },
    text: (gauges) =>
      [...seriesLines([...all.values()]), ...gaugeLines(gauges), '# EOF', ''].join('\n'),
  };
}

/** Memory and uptime of this process. */
export const processGauges = (): Gauge[] => [
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    value: process.memoryUsage.rss(),
  },
  { name: 'process_uptime_seconds', help: 'Time since start.', value: process.uptime() },
];
