/** Pieces of the cockpit that the wall, the desk and the phone share. */
import { type ReactNode, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { CockpitLive, CockpitPage } from '#cockpit/model';
import type { UnitValue } from '#indicators/model';
import { isToday, useAge, useLanguage, useLocal, useText, useUnitWords } from '#web/client';
import {
  ChannelIcon,
  ClockBar,
  type ClockProps,
  DistrictMap,
  EmptyState,
  figure,
  lineOf,
  type MapArea,
  NumberCard,
  StateMark,
  StateShape,
  type SurfaceName,
  Trend,
  useChannelName,
  useClockWords,
} from '#web/parts';
import type { Chosen } from './Drawer.tsx';
import {
  type Boundary,
  looks,
  useBoundaries,
  useLegend,
  useLivePoints,
  useNumberCard,
} from './data.ts';
import { text } from './text.ts';

/** Name of a unit in the reader's language. */
export function useUnitName(): (unit: { name: string; nameEn: string | null }) => string {
  const lang = useLanguage();
  return (unit) => (lang === 'en' && unit.nameEn ? unit.nameEn : unit.name);
}

/** Name of a part of the area by its code. */
function usePartName(page: CockpitPage): (code: string) => string {
  const name = useUnitName();
  return (code) => {
    const found = page.names.find((unit) => unit.code === code);
    return found ? shortName(name(found)) : code;
  };
}

/** The big numbers; on the wall without their lines. */
export function Numbers(props: {
  page: CockpitPage;
  size?: 'wall';
  onChoose: (chosen: Chosen) => void;
}): ReactNode {
  const card = useNumberCard();
  const { page, size } = props;
  return page.numbers.map((number) => (
    <NumberCard
      key={number.indicator}
      {...(size ? { size } : lineOf(number.trend))}
      {...card(number)}
      onClick={() => props.onChoose({ indicator: number.indicator, unit: page.unit.code })}
    />
  ));
}

const pointsOf = (page: CockpitPage) =>
  page.trend.trend.map(({ day, value }) => ({ label: day.slice(5), value }));

/** `14 日按时办结率` and its unit of measure. */
export function useTrendWords(page: CockpitPage): { title: string; note: string } {
  const t = useText(text);
  const local = useLocal();
  const { trend } = page;
  const title = t('trend', { n: trend.trend.length, indicator: local(trend.title) });
  return { title, note: local(trend.valueUnit) };
}

/** The line of the page's main indicator. */
export function TrendLine(props: {
  page: CockpitPage;
  width: number;
  height: number;
  fontSize: number;
}): ReactNode {
  const t = useText(text);
  const { page, ...size } = props;
  const { trend } = page;
  const { title, note } = useTrendWords(page);
  return (
    <Trend
      {...size}
      title={title}
      points={pointsOf(page)}
      running={isToday(trend.trend.at(-1)?.day)}
      target={trend.target}
      targetWord={t('target')}
      digits={trend.decimals}
      unit={note}
    />
  );
}

interface RankRow {
  child: UnitValue;
  place: number;
}

/** Where bars begin and end: a little below the worst, at the best. */
const barScale = (rows: readonly UnitValue[], target: number | null) => {
  const values = rows.flatMap((row) => (row.value === null ? [] : [row.value]));
  const all = target === null ? values : [...values, target];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const base = low - (high - low) * 0.15;
  return (value: number): number => (high === base ? 100 : ((value - base) / (high - base)) * 100);
};

const Bar = (props: {
  row: RankRow;
  part: (value: number) => number;
  page: CockpitPage;
  onUnit: (code: string) => void;
}): ReactNode => {
  const name = usePartName(props.page);
  const { child, place } = props.row;
  const { target, decimals } = props.page.ranking.value;
  const own = child.unit === props.page.unit.code;
  return (
    <li className={own ? 'own' : ''}>
      <button type="button" className="plain-button" onClick={() => props.onUnit(child.unit)}>
        <span className="rank-place">{child.value === null ? '' : place}</span>
        <span className="rank-name ellipsis">{name(child.unit)}</span>
        <span className={`rank-bar state-${looks[child.state]}`} aria-hidden="true">
          {child.value === null ? null : <i style={{ width: `${props.part(child.value)}%` }} />}
          {target === null ? null : <s style={{ left: `${props.part(target)}%` }} />}
        </span>
        <b className="rank-value">{figure(child.value, decimals)}</b>
        <span className={`state-${looks[child.state]}`}>
          <StateShape state={looks[child.state]} />
        </span>
      </button>
    </li>
  );
};

/** Best first; units without a value last. */
const ranked = (rows: readonly UnitValue[], direction: 'up' | 'down'): UnitValue[] =>
  [...rows].sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null);
    return direction === 'up' ? b.value - a.value : a.value - b.value;
  });

/** Best and worst places with what lies between in one line; the whole list when it is short. */
export function Ranking(props: {
  page: CockpitPage;
  /** Every place: where there is room, nothing is folded away. */
  all?: boolean;
  onUnit: (code: string) => void;
}): ReactNode {
  const t = useText(text);
  const { ranking } = props.page;
  const { target, decimals } = ranking.value;
  const sorted = ranked(ranking.value.children, ranking.value.direction);
  const part = barScale(sorted, target);
  const rows = sorted.map((child, i): RankRow => ({ child, place: i + 1 }));
  const valued = rows.filter((row) => row.child.value !== null);
  const empty = rows.filter((row) => row.child.value === null).slice(0, 1);
  const short = props.all === true || valued.length <= ranking.best + ranking.worst + 1;
  const top = short ? valued : valued.slice(0, ranking.best);
  const bottom = short ? [] : valued.slice(-ranking.worst);
  const between = short ? [] : valued.slice(ranking.best, -ranking.worst);
  const list = (some: readonly RankRow[]): ReactNode =>
    some.map((row) => (
      <Bar key={row.child.unit} row={row} part={part} page={props.page} onUnit={props.onUnit} />
    ));
  const range = between.map((row) => row.child.value ?? 0);
  return (
    <>
      <ol className="rank">
        {list(top)}
        {list(between.filter((row) => row.child.unit === props.page.unit.code))}
        {between.length > 0 ? (
          <li className="rank-between">
            {t('between', {
              from: between[0]?.place ?? 0,
              to: between.at(-1)?.place ?? 0,
              low: figure(Math.min(...range), decimals),
              high: figure(Math.max(...range), decimals),
            })}
          </li>
        ) : null}
        {list(bottom)}
        {list(empty)}
      </ol>
      <p className="rank-note faint">
        {[
          target === null ? '' : t('rankLine', { target: figure(target, 0) }),
          empty.length === 0 ? '' : t('rankNone'),
        ]
          .filter(Boolean)
          .join(t('and'))}
      </p>
    </>
  );
}

/** `Xintang Subdistrict` -> `Xintang`; the level stands in the heading. */
const shortName = (name: string): string =>
  name.replace(/ (Subdistrict|Town|Village|Community)$/, '');

/** What fits into an area of the map: `盈丰街道` -> `盈丰`. */
const mapName = (name: string): string => name.replace(/(?<=..)(街道|镇|乡|社区|村)$/, '');

const areasOf = (
  page: CockpitPage,
  boundaries: readonly Boundary[],
  measure: string,
  english: boolean,
): MapArea[] =>
  boundaries.map(({ properties, geometry }) => {
    const { children, decimals } = page.map.value;
    const value = children.find((child) => child.unit === properties.code)?.value;
    const name = english ? shortName(properties.nameEn ?? properties.name) : properties.name;
    return {
      code: properties.code,
      name: mapName(name),
      geometry,
      step: page.map.shades[properties.code] ?? null,
      label: `${name} ${figure(value, decimals)} ${measure}`,
    };
  });

/** The map of the units below; a click on one drills into it. */
export function UnitMap(props: {
  page: CockpitPage;
  surface: SurfaceName;
  onUnit: (code: string) => void;
  width: number;
  height: number;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const english = useLanguage() === 'en';
  const { page } = props;
  const boundaries = useBoundaries(page.area.code, page.area.level).data?.features;
  const legend = useLegend(page.map);
  const live = useLivePoints(page.live.rows);
  const measure = local(page.map.value.valueUnit);
  const areas = useMemo(
    () => areasOf(page, boundaries ?? [], measure, english),
    [page, boundaries, measure, english],
  );
  if (boundaries === undefined) return null;
  if (areas.length === 0) return <EmptyState title={t('noMap')}>{t('noMapHint')}</EmptyState>;
  return (
    <DistrictMap
      surface={props.surface}
      areas={areas}
      points={live.points}
      legend={legend}
      pointLegend={live.legend}
      noValueWord={t('noValue')}
      label={`${local(page.map.value.title)} ${measure}`}
      names={areas.length <= 30}
      width={props.width}
      height={props.height}
      selected={page.unit.code}
      onArea={props.onUnit}
    />
  );
}

/** `22 镇街 · 按时办结率` and its age. */
export function useMapWords(page: CockpitPage): { title: string; note: string } {
  const t = useText(text);
  const local = useLocal();
  const age = useAge(page.map.value.asOf ?? page.at);
  const key = page.area.level === 'town' ? 'towns' : 'villages';
  const children = t(key, { n: page.names.length });
  return {
    title: t('mapTitle', { children, indicator: local(page.map.value.title) }),
    note: t('mapNote', { age }),
  };
}

const LiveClock = (clock: ClockProps): ReactNode => {
  const { reading, words } = useClockWords(clock);
  return <StateMark state={reading.state} word={words} />;
};

const LiveRow = ({ row }: { row: CockpitLive }): ReactNode => {
  const unit = useUnitWords();
  const t = useText(text);
  const channel = useChannelName();
  const navigate = useNavigate();
  const clock = row.dueAt === null ? null : { startedAt: row.openedAt, dueAt: row.dueAt };
  return (
    <li>
      <button
        type="button"
        className="plain-button live-row"
        onClick={() => void navigate(`/hub/${encodeURIComponent(row.number)}`)}
      >
        <ChannelIcon channel={row.channel} />
        <span className="grow">
          <span className="live-where">
            <span className="grow ellipsis">
              {channel(row.channel)} · {unit(row.unitName)}
            </span>
            {clock ? <LiveClock {...clock} /> : <span className="faint">{t('noDue')}</span>}
          </span>
          <span className="live-title ellipsis">{row.title}</span>
          {clock ? <ClockBar bare {...clock} /> : null}
        </span>
      </button>
    </li>
  );
};

/** Open matters, due first. */
export function LiveList({ page, limit }: { page: CockpitPage; limit: number }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { rows, truncated, refused } = page.live;
  if (refused) return <p className="live-none muted">{local(refused)}</p>;
  if (rows.length === 0) return <EmptyState title={t('liveNone')}>{t('liveNoneHint')}</EmptyState>;
  const more = rows.length - limit;
  return (
    <>
      <ol className="live">
        {rows.slice(0, limit).map((row) => (
          <LiveRow key={row.number} row={row} />
        ))}
      </ol>
      {more > 0 ? (
        <p className="live-more faint">{t(truncated ? 'liveMoreMany' : 'liveMore', { n: more })}</p>
      ) : null}
    </>
  );
}
