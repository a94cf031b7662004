/**
 * The wall: 1920 x 1080, readable at five metres; drawn at that size and scaled to the screen as a
 * whole.
 */
import { IconArrowsMaximize, IconX } from '@tabler/icons-react';
import { Button } from 'antd';
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { CockpitPage } from '#cockpit/model';
import {
  hourMinuteSecond,
  isoDay,
  useLanguage,
  useLocal,
  useMe,
  useNow,
  useText,
  weekday,
} from '#web/client';
import { Loaded, StateMark, useTitle } from '#web/parts';
import { type Chosen, NumberDrawer } from './Drawer.tsx';
import { useCockpit, useLivePoints } from './data.ts';
import './cockpit.css';
import {
  LiveList,
  Numbers,
  Ranking,
  TrendLine,
  UnitMap,
  useMapWords,
  useTrendWords,
  useUnitName,
} from './pieces.tsx';
import { text } from './text.ts';

const design = { width: 1920, height: 1080 } as const;

const fitting = (): number =>
  Math.min(window.innerWidth / design.width, window.innerHeight / design.height);

/** How much the screen is larger or smaller than the design. */
function useScale(): number {
  const [scale, setScale] = useState(fitting);
  useEffect(() => {
    const onResize = (): void => setScale(fitting());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return scale;
}

function Head({ page }: { page: CockpitPage }): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const local = useLocal();
  const name = useUnitName();
  const me = useMe().data;
  const now = useNow(1000);
  const stale = page.numbers.filter((number) => number.stale !== null).length;
  const { overdue } = useLivePoints(page.live.rows);
  const heading = t('heading', { unit: name(page.unit), page: local(page.title) });
  useTitle(heading);
  return (
    <header className="wall-head">
      <img src="/mark.svg" alt="" width="38" height="38" />
      <h1>{heading}</h1>
      {me?.demo ? <span className="chip">{t('sample')}</span> : null}
      {page.above.map((unit) => (
        <Link key={unit.code} to={`/wall/${unit.code}`} className="wall-up">
          {name(unit)}
        </Link>
      ))}
      <span className="grow" />
      <span>
        {t('openCount')} <b>{page.live.rows.length}</b>
      </span>
      <span>
        {t('overdueCount')} <b>{overdue}</b>
      </span>
      {stale > 0 ? <StateMark state="stale" word={t('staleCount', { n: stale })} /> : null}
      <time dateTime={new Date(now).toISOString()}>
        <span>
          {isoDay(now)} {weekday(now, lang)}
        </span>
        <b>{hourMinuteSecond(now)}</b>
      </time>
      <Button
        type="text"
        aria-label={t('fullScreen')}
        icon={<IconArrowsMaximize size={22} stroke={1.6} />}
        onClick={() => void document.documentElement.requestFullscreen()}
      />
      <Link to={`/cockpit/${page.unit.code}`} aria-label={t('toDesk')} className="wall-leave">
        <IconX size={24} stroke={1.6} />
      </Link>
    </header>
  );
}

function TrendPanel({ page }: { page: CockpitPage }): ReactNode {
  const { title, note } = useTrendWords(page);
  return (
    <section>
      <h2 className="wall-title">
        {title} <small>{note}</small>
      </h2>
      <TrendLine page={page} width={442} height={176} fontSize={18} />
    </section>
  );
}

function Body({ page }: { page: CockpitPage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const navigate = useNavigate();
  const [chosen, choose] = useState<Chosen | null>(null);
  const map = useMapWords(page);
  const onUnit = (code: string): void => void navigate(`/wall/${code}`);
  return (
    <>
      <Head page={page} />
      <div className="wall-numbers" style={{ '--n': page.numbers.length } as CSSProperties}>
        <Numbers page={page} size="wall" onChoose={choose} />
      </div>
      <section className="wall-left">
        <h2 className="wall-title">
          {t('ranking')}{' '}
          <small>
            {local(page.ranking.value.title)} {local(page.ranking.value.valueUnit)}
          </small>
        </h2>
        <Ranking page={page} onUnit={onUnit} />
      </section>
      <section className="card wall-map">
        <h2 className="wall-title">
          {map.title} <small>{map.note}</small>
        </h2>
        <div>
          <UnitMap page={page} surface="wall" onUnit={onUnit} width={900} height={640} />
        </div>
      </section>
      <div className="wall-right">
        <TrendPanel page={page} />
        <section>
          <h2 className="wall-title">
            {t('live')} <small>{t('liveNote')}</small>
          </h2>
          <LiveList page={page} limit={4} />
        </section>
      </div>
      <NumberDrawer chosen={chosen} onClose={() => choose(null)} />
    </>
  );
}

export default function Wall(): ReactNode {
  const { unit = '' } = useParams();
  const scale = useScale();
  const page = useCockpit(unit);
  return (
    <div className="wall-page" style={{ zoom: scale }}>
      <Loaded query={page}>{(data) => <Body page={data} />}</Loaded>
    </div>
  );
}
