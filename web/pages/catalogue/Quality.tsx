/** The quality of a resource in one line, with the way to its checks. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DatasetQuality } from '#quality/model';
import { get, useMay, useText } from '#web/client';
import { Sparkline, StateMark } from '#web/parts';
import { text } from './text.ts';

const daysShown = 14;
/** Fewer days are points, no line. */
const daysOfALine = 3;

export function Quality({ name }: { name: string }): ReactNode {
  const t = useText(text);
  const may = useMay()('quality.read');
  const { data } = useQuery({
    queryKey: ['quality', 'dataset', name],
    queryFn: () => get<DatasetQuality>(`/api/quality/datasets/${encodeURIComponent(name)}`),
    enabled: may,
    retry: false,
  });
  const seen = data?.dataset;
  if (seen === undefined || seen.score === null) {
    return (
      <dd>
        <b className="faint">{t('qualityNone')}</b>
        <small>{t(may ? 'qualityBody' : 'qualityHidden')}</small>
      </dd>
    );
  }
  const { failed } = seen;
  const days = (data?.history ?? []).slice(-daysShown).map(({ score }) => score);
  return (
    <dd>
      <b>
        <Link to={`/quality/${name}`}>{seen.score.toFixed(1)}</Link>{' '}
        <StateMark
          state={failed > 0 ? 'bad' : 'ok'}
          word={failed > 0 ? t('qualityFailed', { n: failed }) : t('qualityFine')}
        />
      </b>
      <small>{t('qualityJudged', { n: seen.checks, weight: seen.judged })}</small>
      {days.length < daysOfALine ? null : <Sparkline values={days} height={24} />}
    </dd>
  );
}
