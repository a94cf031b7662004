/** Maps of our own polygons: areas shaded by attention, points by shape, a legend in words. */
import { type ReactNode, useMemo } from 'react';
import { useText } from '#web/client';
import { type Area, areaPath, boundsOf, centreOf, type Project, projection } from './geo.ts';
import { type State, StateShape } from './marks.tsx';
import { text } from './text.ts';

export interface MapArea extends Area {
  /** Step of attention 1 (calm) to 5; null = no value. */
  step: number | null;
  /** Shown on hover and read aloud: `新塘街道 94.1 %`. */
  label: string;
}

export interface MapPoint {
  id: string;
  lon: number;
  lat: number;
  state: State;
  label: string;
}

export interface DistrictMapProps {
  areas: readonly MapArea[];
  points?: readonly MapPoint[];
  /** Steps in words, calm first: `97 以上`, ... */
  legend: readonly string[];
  /** Counts under the steps: `◆ 超期事件 7 处`. */
  pointLegend?: readonly { state: State; word: string }[];
  selected?: string;
  onArea?: (code: string) => void;
  onPoint?: (id: string) => void;
  surface?: 'light' | 'wall';
  /** Boundaries are generated. */
  sketch?: boolean;
  names?: boolean;
  noValueWord?: string;
  width?: number;
  height?: number;
  label: string;
}

const AreaShape = (props: {
  area: MapArea;
  d: string;
  selected: boolean;
  onArea: ((code: string) => void) | undefined;
}): ReactNode => {
  const { area, onArea } = props;
  const step = area.step === null ? 'none' : String(Math.min(5, Math.max(1, area.step)));
  const shape = (
    <path d={props.d} className={`area step-${step}${props.selected ? ' selected' : ''}`}>
      <title>{area.label}</title>
    </path>
  );
  if (onArea === undefined) return shape;
  return (
    <a
      href={`#${area.code}`}
      aria-label={area.label}
      onClick={(event) => {
        event.preventDefault();
        onArea(area.code);
      }}
    >
      {shape}
    </a>
  );
};

const PointShape = ({
  point,
  project,
  size,
}: {
  point: MapPoint;
  project: Project;
  size: number;
}): ReactNode => {
  const [x, y] = project(point.lon, point.lat);
  return (
    <g
      transform={`translate(${x - size / 2} ${y - size / 2})`}
      className={`point state-${point.state}`}
    >
      <title>{point.label}</title>
      <StateShape state={point.state} size={size} />
    </g>
  );
};

function Legend(props: DistrictMapProps): ReactNode {
  const t = useText(text);
  return (
    <div className="map-legend">
      <span>{t(props.surface === 'wall' ? 'brighter' : 'deeper')}</span>
      {props.legend.map((word, i) => (
        <span key={word} className="legend-step">
          <i className={`step-${i + 1}`} />
          {word}
        </span>
      ))}
      {props.areas.some((area) => area.step === null) ? (
        <span className="legend-step">
          <i className="step-none" />
          {props.noValueWord ?? t('noValue')}
        </span>
      ) : null}
      {props.pointLegend?.map((entry) => (
        <span key={entry.word} className={`legend-point state-${entry.state}`}>
          <StateShape state={entry.state} />
          <b>{entry.word}</b>
        </span>
      ))}
    </div>
  );
}

/** Areas shaded by attention; a click drills. Fills its box (give the box a height). */
export function DistrictMap(props: DistrictMapProps): ReactNode {
  const { areas, width = 900, height = 680 } = props;
  const wall = props.surface === 'wall';
  const drawn = useMemo(() => {
    const project = projection(boundsOf(areas), width, height, 12);
    return {
      project,
      shapes: areas.map((area) => ({
        area,
        d: areaPath(area.geometry, project),
        centre: centreOf(area.geometry, project),
      })),
    };
  }, [areas, width, height]);
  const onTop = (a: { area: MapArea }, b: { area: MapArea }): number =>
    Number(a.area.code === props.selected) - Number(b.area.code === props.selected);
  return (
    <div className={`district-map ${wall ? 'on-wall' : 'on-desk'}`}>
      <svg viewBox={`0 0 ${width} ${height}`}>
        <title>{props.label}</title>
        {[...drawn.shapes].sort(onTop).map(({ area, d }) => (
          <AreaShape
            key={area.code}
            area={area}
            d={d}
            selected={area.code === props.selected}
            onArea={props.onArea}
          />
        ))}
        {props.names
          ? drawn.shapes.map(({ area, centre }) => (
              <text
                key={area.code}
                x={centre[0]}
                y={centre[1]}
                className={`area-name on-${area.step}`}
              >
                {area.name}
              </text>
            ))
          : null}
        {props.points?.map((point) => (
          <PointShape key={point.id} point={point} project={drawn.project} size={wall ? 16 : 14} />
        ))}
      </svg>
      <Legend {...props} />
    </div>
  );
}

export interface GridMapProps {
  /** Outline of the grid, drawn dashed. */
  grid?: Area;
  centre: { lon: number; lat: number };
  /** Other things around: components, workers, vehicles. */
  points?: readonly {
    id: string;
    lon: number;
    lat: number;
    kind: 'thing' | 'person' | 'vehicle';
    label: string;
  }[];
  /** Metres shown from the centre to the edge. */
  reach?: number;
  label: string;
}

const metresPerDegree = 111_320;

/**
 * A small map around one spot: the grid's outline, the event ◆, what stands around it, a scale. 示意.
 */
export function GridMap(props: GridMapProps): ReactNode {
  const t = useText(text);
  const { centre, reach = 120 } = props;
  const [width, height] = [320, 232];
  const degrees = reach / metresPerDegree;
  const shrink = Math.cos((centre.lat * Math.PI) / 180);
  const bounds = {
    west: centre.lon - degrees / shrink,
    east: centre.lon + degrees / shrink,
    south: centre.lat - degrees,
    north: centre.lat + degrees,
  };
  const project = projection(bounds, width, height, 0);
  const scale = (height / (2 * reach)) * 50;
  return (
    <svg
      className="grid-map"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={props.label}
    >
      <rect width={width} height={height} className="ground" />
      {props.grid ? (
        <path d={areaPath(props.grid.geometry, project)} className="grid-outline" />
      ) : null}
      <circle cx={width / 2} cy={height / 2} r={scale} className="around" />
      {props.points?.map((point) => {
        const [x, y] = project(point.lon, point.lat);
        return (
          <g
            key={point.id}
            transform={`translate(${x} ${y})`}
            className={`spot spot-${point.kind}`}
          >
            <title>{point.label}</title>
            <circle r={point.kind === 'thing' ? 4 : 10} />
            {point.kind === 'thing' ? null : <text dy="0.35em">{point.label.slice(0, 1)}</text>}
          </g>
        );
      })}
      <g transform={`translate(${width / 2 - 9} ${height / 2 - 9})`} className="point state-bad">
        <title>{t('here')}</title>
        <StateShape state="bad" size={18} />
      </g>
      {props.grid ? (
        <g className="grid-name">
          <rect x="10" y="10" width={props.grid.name.length * 12.5 + 16} height="24" rx="4" />
          <text x="18" y="26">
            {props.grid.name}
          </text>
        </g>
      ) : null}
      <g className="scale" transform={`translate(12 ${height - 14})`}>
        <path d={`M0-5V0H${scale}V-5`} />
        <text x={scale + 6} y="0">
          {t('metres', { n: 50 })}
        </text>
      </g>
    </svg>
  );
}
