/** The run: started, its progress, stopped. */
import { IconPlayerStop, IconSearch } from '@tabler/icons-react';
import { Button, Dropdown, Progress } from 'antd';
import type { ReactNode } from 'react';
import type { DiscoveryRun } from '#gate/model';
import { shortTime, useText } from '#web/client';
import { ErrorState } from '#web/parts';
import { isGoing, useRights, useRun, useStart, useStop } from './data.ts';
import { text } from './text.ts';

export function StartButton(): ReactNode {
  const t = useText(text);
  const rights = useRights();
  const run = useRun();
  const start = useStart();
  if (rights.data?.discover !== true) return null;
  return (
    <Dropdown
      disabled={isGoing(run.data) || start.isPending}
      menu={{
        items: [
          { key: 'sample', label: t('startSample') },
          { key: 'whole', label: t('startWhole') },
        ],
        onClick: ({ key }) => start.mutate(key === 'whole'),
      }}
    >
      <Button type="primary" icon={<IconSearch size={16} aria-hidden />} loading={start.isPending}>
        {t('start')}
      </Button>
    </Dropdown>
  );
}

function Ended({ run }: { run: DiscoveryRun }): ReactNode {
  const t = useText(text);
  const { done, datasets: all, found } = run;
  if (run.state !== 'done') return <p className="faint">{t('lastStopped', { done, all })}</p>;
  const at = shortTime(run.endedAt ?? run.at);
  return <p className="faint">{t('lastRun', { at, done, found })}</p>;
}

/** How far the run is, or how the last one ended. */
export function RunBar(): ReactNode {
  const t = useText(text);
  const { data: run, isSuccess } = useRun();
  const rights = useRights();
  const stop = useStop();
  if (!isSuccess) return null;
  if (run === undefined) return <p className="faint">{t('neverRun')}</p>;
  if (!isGoing(run)) return <Ended run={run} />;
  const words = run.current === null ? t('waiting') : t('running', { current: run.current });
  return (
    <section className="card grades-run" aria-live="polite">
      <span>{words}</span>
      <Progress
        percent={run.datasets === 0 ? 0 : Math.round((run.done / run.datasets) * 100)}
        aria-label={words}
        format={() => t('of', { n: run.done, all: run.datasets })}
      />
      {rights.data?.discover === true ? (
        <Button
          icon={<IconPlayerStop size={16} aria-hidden />}
          loading={stop.isPending}
          onClick={() => stop.mutate(run.id)}
        >
          {t('stop')}
        </Button>
      ) : null}
      {stop.isError ? <ErrorState error={stop.error} /> : null}
    </section>
  );
}
