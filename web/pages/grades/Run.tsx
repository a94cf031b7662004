/** The run: started, its progress, stopped. */
import { IconPlayerStop, IconSearch } from '@tabler/icons-react';
import { Button, Dropdown, Progress } from 'antd';
import type { ReactNode } from 'react';
import type { DiscoveryRun, GradesSummary } from '#gate/model';
import { shortTime, useLocal, useText } from '#web/client';
import { ErrorState } from '#web/parts';
import { isGoing, useRights, useRuns, useStart, useStop } from './data.ts';
import { text } from './text.ts';

export function StartButton(): ReactNode {
  const t = useText(text);
  const rights = useRights();
  const runs = useRuns();
  const start = useStart();
  if (rights.data?.discover !== true) return null;
  return (
    <Dropdown
      disabled={isGoing(runs.data?.open) || start.isPending}
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

function Going({ run, title }: { run: DiscoveryRun; title: string }): ReactNode {
  const t = useText(text);
  const rights = useRights();
  const stop = useStop();
  const words = run.current === null ? t('waiting') : t('running', { current: title });
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

/** How the look at a sealed dataset stands, for those who know of it. */
function Sealed({ run, title }: { run: DiscoveryRun; title: string }): ReactNode {
  const t = useText(text);
  const at = shortTime(run.endedAt ?? run.at);
  const ended =
    run.state === 'done' ? t('sealedDone', { at, found: run.found }) : t('sealedStopped');
  const state = isGoing(run) ? t('sealedGoing') : ended;
  return <p className="faint">{t('sealedRun', { title, state })}</p>;
}

/** How far the runs are, or how the last ones ended. */
export function RunBar({ summary }: { summary: GradesSummary | undefined }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { data } = useRuns();
  if (data === undefined) return null;
  const { open, sealed } = data;
  const titleOf = (name: string | null): string => {
    const found = summary?.datasets.find(({ dataset }) => dataset === name);
    return found === undefined ? (name ?? '') : local(found.title);
  };
  return (
    <>
      {open === undefined ? <p className="faint">{t('neverRun')}</p> : null}
      {open !== undefined && isGoing(open) ? (
        <Going run={open} title={titleOf(open.current)} />
      ) : null}
      {open !== undefined && !isGoing(open) ? <Ended run={open} /> : null}
      {sealed.map((run) => (
        <Sealed key={run.id} run={run} title={titleOf(run.compartment)} />
      ))}
    </>
  );
}
