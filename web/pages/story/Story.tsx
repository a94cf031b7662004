/** The first screen: one manhole cover from a line in a chat group to three numbers that moved. */
import { IconChevronRight, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Segmented, Select } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import {
  duration,
  get,
  post,
  useDemoAccounts,
  useElder,
  useLanguage,
  useLive,
  useLocal,
  useMe,
  useNow,
  useSwitchAccount,
  useText,
  useUnitWords,
  useUrlValue,
} from '#web/client';
import {
  EmptyState,
  ErrorState,
  Filling,
  Loaded,
  Mark,
  PageSkeleton,
  Reading,
  useKeys,
  useMedia,
  useTitle,
} from '#web/parts';
import type { StoryReport, StoryStop } from './model.ts';
import { Numbers } from './Numbers.tsx';
import { StopDetail } from './StopDetail.tsx';
import { Stops } from './Stops.tsx';
import './story.css';
import { text } from './text.ts';

/**
 * The people of the story, one entry each; everybody else of the demo is in the account menu of the
 * desk.
 */
function Roles({ stops }: { stops: readonly StoryStop[] }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const me = useMe().data;
  const accounts = useDemoAccounts();
  const become = useSwitchAccount();
  const roomy = useMedia('(min-width: 1280px)');
  const lang = useLanguage();
  const elder = useElder();
  const segments = lang === 'zh' && !elder && roomy;
  const inStory = new Set(stops.map((stop) => stop.account));
  const shown = accounts.filter((each) => inStory.has(each.id) || each.id === me?.actor?.id);
  if (!me?.actor || shown.length === 0) return null;
  return (
    <div className="story-roles">
      <span className="muted">{t('seeAs')}</span>
      {segments ? (
        <Segmented
          aria-label={t('seeAs')}
          value={me.actor.id}
          options={shown.map((account) => ({
            value: account.id,
            label: local(account.title),
            tooltip: unit(account.unitName),
          }))}
          onChange={(id) => void become(id)}
        />
      ) : (
        <Select
          className="story-role"
          aria-label={t('seeAs')}
          value={me.actor.id}
          options={shown.map(({ id, title }) => ({ value: id, label: local(title) }))}
          onChange={(id) => void become(id)}
        />
      )}
    </div>
  );
}

function Top({ stops }: { stops: readonly StoryStop[] }): ReactNode {
  const t = useText(text);
  return (
    <header className="story-top">
      <div className="story-wide">
        <Mark />
        <span className="grow" />
        <Roles stops={stops} />
        <Reading />
        <Link to="/" className="row story-desk">
          {t('desk')} <IconChevronRight size={16} aria-hidden />
        </Link>
      </div>
    </header>
  );
}

/**
 * A play before an audience is over within minutes; the story by its own clock takes most of a day.
 */
const replayAtMost = 600_000;

/** How long the story took in its own time: from the first stop to the last. */
function useLength(stops: readonly StoryStop[]): { words: string; played: boolean } {
  const lang = useLanguage();
  const times = stops.flatMap((stop) => (stop.at ? [Date.parse(stop.at)] : []));
  if (times.length < 2) return { words: '', played: false };
  const length = Math.max(...times) - Math.min(...times);
  return { words: duration(length, lang), played: length < replayAtMost };
}

function Replay({ report }: { report: StoryReport }): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const now = useNow(1000);
  const client = useQueryClient();
  const length = useLength(report.stops);
  const start = useMutation({
    mutationFn: () => post('/api/story/replay'),
    onSettled: () => client.invalidateQueries({ queryKey: ['story'] }),
  });
  const { state, startedAt, stop } = report.replay;
  const running = state === 'running';
  const gone = startedAt ? duration(now - Date.parse(startedAt), lang) : '';
  return (
    <div className="story-replay">
      <p className="muted">
        <span>{t('real')}</span>
        <span>
          {running
            ? t('replayingStop', { n: stop ?? 1 })
            : length.words && t(length.played ? 'played' : 'length', { story: length.words })}
        </span>
      </p>
      <Button
        type="primary"
        size="large"
        icon={<IconPlayerPlayFilled size={18} aria-hidden />}
        disabled={running}
        onClick={() => start.mutate()}
      >
        {running ? t('replaying', { time: gone }) : t('replay')}
      </Button>
      {start.error ? <ErrorState error={start.error} /> : null}
    </div>
  );
}

const current = (report: StoryReport, chosen: string): StoryStop | undefined =>
  report.stops.find((stop) => String(stop.n) === chosen) ??
  report.stops.find((stop) => stop.state === 'now') ??
  report.stops.findLast((stop) => stop.state === 'done') ??
  report.stops[0];

function Body({ report }: { report: StoryReport }): ReactNode {
  const t = useText(text);
  const [chosen, choose] = useUrlValue('stop');
  const shown = current(report, chosen);
  const step = (by: number) => () => {
    const next = (shown?.n ?? 1) + by;
    if (next >= 1 && next <= report.stops.length) choose(String(next));
  };
  useKeys({ ArrowRight: step(1), ArrowLeft: step(-1) });
  if (shown === undefined) return <EmptyState title={t('nothing')}>{t('nothingHint')}</EmptyState>;
  return (
    <>
      <div className="story-head">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
        <Replay report={report} />
      </div>
      <Stops report={report} shown={shown} onChoose={(n) => choose(String(n))} />
      <StopDetail stop={shown} />
      <Numbers numbers={report.numbers} />
    </>
  );
}

export default function Story(): ReactNode {
  const t = useText(text);
  useTitle(t('title'));
  useLive('story', ['story']);
  const story = useQuery({
    queryKey: ['story'],
    queryFn: () => get<StoryReport>('/api/story'),
    refetchInterval: (query) => (query.state.data?.replay.state === 'running' ? 2000 : false),
  });
  return (
    <>
      <Top stops={story.data?.stops ?? []} />
      <div className="story-wide story">
        <Filling brief={(story.data?.stops.length ?? 0) > 0} />
        <Loaded query={story} skeleton={<PageSkeleton rows={8} />}>
          {(report) => <Body report={report} />}
        </Loaded>
      </div>
    </>
  );
}
