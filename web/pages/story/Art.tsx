/** The small drawing on each card of the story. */
import {
  IconArrowRight,
  IconHeadset,
  IconMessageCircle,
  IconShieldCheck,
  IconUser,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocal, useText, useUnitWords } from '#web/client';
import { figure, Scene, Sparkline } from '#web/parts';
import type { StoryNumber, StoryStop } from './model.ts';
import { text } from './text.ts';

type Facts = Record<string, string>;

const Chat = ({ facts }: { facts: Facts }): ReactNode => (
  <div className="art art-chat">
    <i aria-hidden="true">
      <IconUser size={16} stroke={1.75} />
    </i>
    <span>{facts.quote}</span>
    <i aria-hidden="true">
      <IconUser size={16} stroke={1.75} />
    </i>
    <div>
      <Scene name="broken" />
    </div>
  </div>
);

const Joined = ({ facts }: { facts: Facts }): ReactNode => {
  const t = useText(text);
  return (
    <div className="art art-join">
      <ul aria-hidden="true">
        {[IconMessageCircle, IconHeadset, IconShieldCheck].map((Icon, i) => (
          <li key={['group', '12345', '110'][i]}>
            <Icon size={16} stroke={1.75} />
          </li>
        ))}
      </ul>
      <svg viewBox="0 0 40 84" aria-hidden="true">
        <path
          d="M2 12c16 0 14 30 34 30M2 42h34M2 72c16 0 14-30 34-30M30 36l6 6-6 6"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      </svg>
      <p>
        <small>{t('mainEvent')}</small>
        <b>{facts.event ?? '-'}</b>
      </p>
    </div>
  );
};

const Reason = (): ReactNode => {
  const t = useText(text);
  return (
    <div className="art art-reason">
      <small>{t('why')}</small>
      <b>{t('ownerFirst')}</b>
      <span className="row">
        <em>1 {t('owner')}</em>
        <IconArrowRight size={14} aria-hidden />
        <em className="second">2 {t('grid')}</em>
      </span>
    </div>
  );
};

const Mended = ({ facts }: { facts: Facts }): ReactNode => {
  const unit = useUnitWords();
  const t = useText(text);
  return (
    <div className="art art-mended">
      <small>{facts.item ?? t('ownerItem')}</small>
      {facts.before ? <del>− {unit(facts.before)}</del> : null}
      {facts.after ? <ins>＋ {unit(facts.after)}</ins> : null}
    </div>
  );
};

const Moved = ({ number }: { number: StoryNumber | undefined }): ReactNode => {
  const unit = useUnitWords();
  const local = useLocal();
  return (
    <div className="art art-moved" data-surface="wall">
      <small>{number ? `${unit(number.unitName)} ${local(number.name)}` : ''}</small>
      <b>
        {figure(number?.after, number?.digits)}
        <span>{number?.after === null ? '' : local(number?.measure)}</span>
      </b>
      {number ? <Sparkline values={number.trend} width={132} height={34} /> : null}
    </div>
  );
};

export function Art({
  stop,
  number,
}: {
  stop: StoryStop;
  number: StoryNumber | undefined;
}): ReactNode {
  const facts = stop.facts ?? {};
  switch (stop.scene) {
    case 'chat':
      return <Chat facts={facts} />;
    case 'join':
      return <Joined facts={facts} />;
    case 'reason':
      return <Reason />;
    case 'mended':
      return <Mended facts={facts} />;
    case 'number':
      return <Moved number={number} />;
    case 'guarded':
    case 'repaired':
    case 'broken':
      return (
        <div className="art">
          <Scene name={stop.scene} />
        </div>
      );
    default:
      return <div className="art" />;
  }
}
