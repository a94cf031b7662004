/** The cockpit on a desk and on a phone: the same page; on the phone what is open comes first. */
import { IconDeviceTv } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { CockpitPage } from '#cockpit/model';
import { isToday, useLocal, useText } from '#web/client';
import { Loaded, lineOf, NumberCard, PageHeader, Panel, Trend } from '#web/parts';
import { type Chosen, NumberDrawer } from './Drawer.tsx';
import { useBoundaries, useCockpit, useNumberCard } from './data.ts';
import './cockpit.css';
import { LiveList, Ranking, UnitMap, useMapWords, useUnitName } from './pieces.tsx';
import { text } from './text.ts';

function Numbers(props: { page: CockpitPage; onChoose: (chosen: Chosen) => void }): ReactNode {
  const card = useNumberCard();
  const { page } = props;
  return (
    <div className="desk-numbers">
      {page.numbers.map((number) => (
        <NumberCard
          key={number.indicator}
          {...card(number)}
          {...lineOf(number.trend)}
          onClick={() => props.onChoose({ indicator: number.indicator, unit: page.unit.code })}
        />
      ))}
    </div>
  );
}

function Lines({ page }: { page: CockpitPage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { trend } = page;
  const points = trend.trend.map(({ day, value }) => ({ label: day.slice(5), value }));
  const title = t('trend', { n: points.length, indicator: local(trend.title) });
  return (
    <Panel title={title} note={local(trend.valueUnit)} className="desk-trend">
      <Trend
        title={title}
        points={points}
        running={isToday(trend.trend.at(-1)?.day)}
        target={trend.target}
        targetWord={t('target')}
        digits={trend.decimals}
        unit={local(trend.valueUnit)}
        width={372}
        height={170}
        fontSize={13}
      />
    </Panel>
  );
}

function Body({ page }: { page: CockpitPage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const name = useUnitName();
  const navigate = useNavigate();
  const [chosen, choose] = useState<Chosen | null>(null);
  const boundaries = useBoundaries(page.area.code, page.area.level);
  const map = useMapWords(page);
  const onUnit = (code: string): void => void navigate(`/cockpit/${code}`);
  const ranked = page.ranking.value;
  return (
    <>
      <PageHeader
        title={t('heading', { unit: name(page.unit), page: local(page.title) })}
        crumbs={page.above.map((unit) => ({ label: name(unit), to: `/cockpit/${unit.code}` }))}
        actions={
          <Button
            icon={<IconDeviceTv size={18} stroke={1.6} />}
            onClick={() => void navigate(`/wall/${page.unit.code}`)}
          >
            {t('wall')}
          </Button>
        }
      />
      <div className="cockpit-desk">
        <Numbers page={page} onChoose={choose} />
        <Panel
          className="desk-rank"
          title={t('ranking')}
          note={`${local(ranked.title)} ${local(ranked.valueUnit)}`}
        >
          <Ranking page={page} onUnit={onUnit} />
        </Panel>
        <Panel className="desk-map" title={map.title} note={map.note}>
          <div className="desk-map-box">
            <UnitMap
              page={page}
              boundaries={boundaries.data?.features}
              surface="light"
              onUnit={onUnit}
              width={760}
              height={560}
            />
          </div>
        </Panel>
        <div className="desk-side">
          <Lines page={page} />
          <Panel className="desk-live" title={t('live')} note={t('liveNote')}>
            <LiveList page={page} limit={4} />
          </Panel>
        </div>
      </div>
      <NumberDrawer chosen={chosen} onClose={() => choose(null)} />
    </>
  );
}

export default function Desk(): ReactNode {
  const { unit = '' } = useParams();
  const page = useCockpit(unit);
  return <Loaded query={page}>{(data) => <Body page={data} />}</Loaded>;
}
