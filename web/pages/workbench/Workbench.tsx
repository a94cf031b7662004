/** 工作台: what needs me now. */
import { IconChevronRight } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import { takeArrival, useMay, useMe, useMyRole, useText, useUnitWords } from '#web/client';
import { Filling, maskName, PageHeader, Scene } from '#web/parts';
import { Hands } from './hands/Hands.tsx';
import { Notices } from './Notices.tsx';
import { Numbers } from './Numbers.tsx';
import { Tasks } from './Tasks.tsx';
import { text } from './text.ts';
import './workbench.css';

/** A visitor of the demo who opens the root address sees the story first. */
function useStoryFirst(demo: boolean): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (demo && takeArrival()) void navigate('/story', { replace: true });
  }, [demo, navigate]);
}

function StoryCard(): ReactNode {
  const t = useText(text);
  return (
    <Link to="/story" className="card desk-story">
      <span className="desk-story-scene">
        <Scene name="guarded" />
      </span>
      <span className="grow">
        <b>{t('story')}</b>
        <small className="muted">{t('storyHint')}</small>
      </span>
      <IconChevronRight size={18} aria-hidden />
    </Link>
  );
}

export default function Workbench(): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const me = useMe().data;
  const role = useMyRole();
  const may = useMay();
  const name = maskName(me?.actor?.name ?? '');
  useStoryFirst(me?.demo === true);
  return (
    <>
      <PageHeader
        title={t('title')}
        marks={
          role ? (
            <span className="muted">{t('hello', { name, unit: unit(role.unitName) })}</span>
          ) : undefined
        }
        actions={
          <>
            {may('cockpit.view') ? (
              <Link to="/cockpit">
                <Button>{t('cockpit')}</Button>
              </Link>
            ) : null}
            {may('hub.dispatch') ? (
              <Link to="/hub">
                <Button type="primary">{t('hub')}</Button>
              </Link>
            ) : null}
          </>
        }
      />
      <div className="workbench">
        <div className="workbench-wide">
          <Filling />
          <Numbers />
        </div>
        {may('cases.read') ? <Tasks /> : null}
        <div className="workbench-side">
          {me?.demo ? <StoryCard /> : null}
          <Notices />
          {may('cases.act') ? <Hands /> : null}
        </div>
      </div>
    </>
  );
}
