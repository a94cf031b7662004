/** 我的反映: what I reported, how far it is, what I was answered; rated when it is done. */
import { IconMapPin, IconMessageReport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Button, Rate } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { FollowedReport } from '#hub/model';
import { get, post, shortTime, useLive, useMay, useText, useUnitWords } from '#web/client';
import {
  ChannelIcon,
  EmptyState,
  ErrorState,
  Loaded,
  PageHeader,
  StateMark,
  useChannelName,
} from '#web/parts';
import { useWrite } from './data.ts';
import './hub.css';
import { text } from './text.ts';

function useMine() {
  useLive('hub', ['hub', 'mine']);
  return useQuery({
    queryKey: ['hub', 'mine'],
    queryFn: () => get<{ reports: FollowedReport[] }>('/api/hub/reports/mine'),
    select: (answer) => answer.reports,
  });
}

/** Four stations, each with its time once it is behind us. */
function Way({ one }: { one: FollowedReport }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const { report } = one;
  const who = unit(one.hostName);
  const stations = [
    { at: report.receivedAt, done: t('way.received'), ahead: '' },
    { at: one.dispatchedAt, done: t('way.dispatched', { who }), ahead: t('way.dispatching') },
    { at: one.handledAt, done: t('way.handled'), ahead: t('way.handling') },
    { at: report.answeredAt, done: t('way.answered'), ahead: t('way.answering') },
  ];
  return (
    <ol className="hub-way">
      {stations.map(({ at, done, ahead }) => (
        <li key={done}>
          <StateMark state={at ? 'ok' : 'stale'} word={at ? done : ahead} />
          {at ? <time dateTime={at}>{shortTime(at)}</time> : null}
        </li>
      ))}
    </ol>
  );
}

const best = 5;

function Rating({ one }: { one: FollowedReport }): ReactNode {
  const t = useText(text);
  const [chosen, choose] = useState(0);
  const rating = useWrite((value: number) =>
    post(`/api/hub/reports/${one.report.id}/rating`, { rating: value }),
  );
  const given = one.report.rating;
  const word = (n: number): string => t(`rate.${n as 1 | 2 | 3 | 4 | 5}`);
  if (given !== null) {
    return <StateMark state="ok" word={t('ratedThanks', { n: given, word: word(given) })} />;
  }
  if (!one.rateable) return null;
  return (
    <div className="hub-rate">
      <b>{t('rateLabel')}</b>
      <span className="row">
        <Rate
          count={best}
          value={chosen}
          onChange={choose}
          tooltips={[1, 2, 3, 4, 5].map((n) => ({ title: word(n) }))}
        />
        <span className="muted">{chosen > 0 ? word(chosen) : ''}</span>
      </span>
      {rating.error ? <ErrorState error={rating.error} /> : null}
      <Button
        type="primary"
        disabled={chosen === 0}
        loading={rating.isPending}
        onClick={() => rating.mutate(chosen)}
      >
        {t('rateSend')}
      </Button>
    </div>
  );
}

function Followed({ one }: { one: FollowedReport }): ReactNode {
  const t = useText(text);
  const channelName = useChannelName();
  const { report } = one;
  return (
    <article className="card hub-mine">
      <header>
        <ChannelIcon channel={report.channel} />
        <span className="grow">
          <b>{channelName(report.channel)}</b> <span className="faint">{one.number}</span>
        </span>
        <time dateTime={report.at}>{shortTime(report.at)}</time>
      </header>
      <h2>{t('quote', { text: report.text })}</h2>
      <p className="row muted">
        <IconMapPin size={16} aria-hidden />
        <span>{report.address}</span>
      </p>
      <Way one={one} />
      {one.answer ? (
        <blockquote>
          <span className="faint">{t('answerLabel')}</span>
          <p>{one.answer}</p>
        </blockquote>
      ) : null}
      <Rating one={one} />
    </article>
  );
}

export default function Mine(): ReactNode {
  const t = useText(text);
  const may = useMay();
  const mine = useMine();
  const report = (
    <Link to="/phone/report">
      <Button type="primary" icon={<IconMessageReport size={16} aria-hidden />}>
        {t('reportOwn')}
      </Button>
    </Link>
  );
  return (
    <>
      <PageHeader title={t('mine')} actions={may('hub.report') ? report : undefined}>
        {t('mineLead')}
      </PageHeader>
      <div className="hub-mine-list">
        <Loaded query={mine}>
          {(reports) =>
            reports.length === 0 ? (
              <EmptyState title={t('noMine')}>{t('noMineBody')}</EmptyState>
            ) : (
              reports.map((one) => <Followed key={one.report.id} one={one} />)
            )
          }
        </Loaded>
      </div>
    </>
  );
}
