/** The cockpit on a desk and on a phone: the same page; on the phone what is open comes first. */
import { IconDeviceTv } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { CockpitPage } from '#cockpit/model';
import { useLocal, useText } from '#web/client';
import { Loaded, PageHeader, Panel } from '#web/parts';
import { type Chosen, NumberDrawer } from './Drawer.tsx';
import { useCockpit } from './data.ts';
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

function Lines({ page }: { page: CockpitPage }): ReactNode {
  const { title, note } = useTrendWords(page);
  return (
    <Panel title={title} note={note} className="desk-trend">
      <TrendLine page={page} width={372} height={170} fontSize={13} />
    </Panel>
  );
}

function Body({ page }: { page: CockpitPage }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const name = useUnitName();
  const navigate = useNavigate();
  const [chosen, choose] = useState<Chosen | null>(null);
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
        <div className="desk-numbers">
          <Numbers page={page} onChoose={choose} />
        </div>
        <Panel
          className="desk-rank"
          title={t('ranking')}
          note={`${local(ranked.title)} ${local(ranked.valueUnit)}`}
        >
          <Ranking all page={page} onUnit={onUnit} />
        </Panel>
        <Panel className="desk-map" title={map.title} note={map.note}>
          <div className="desk-map-box">
            <UnitMap page={page} surface="light" onUnit={onUnit} width={760} height={560} />
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
