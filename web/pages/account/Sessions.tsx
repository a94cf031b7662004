import { Button } from 'antd';
import type { ReactNode } from 'react';
import { serverNow, shortTime, useText } from '#web/client';
import { type Column, DataTable, EmptyState, ErrorState, Panel, StateMark } from '#web/parts';
import { type MySession, useEnd, useSessions } from './data.ts';
import { text } from './text.ts';

const browsers = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

const named = (agent: string, list: readonly (readonly [string, string])[]): string | undefined =>
  list.find(([mark]) => agent.includes(mark))?.[1];

/** `Chrome · Windows`; the beginning of what it said of itself where nothing is known. */
const deviceOf = (agent: string): string =>
  [named(agent, browsers), named(agent, systems)].filter(Boolean).join(' · ') ||
  agent.slice(0, 40) ||
  '-';

export function SessionsPanel(): ReactNode {
  const t = useText(text);
  const sessions = useSessions(true);
  const end = useEnd();
  const time = (at: string): string => shortTime(at, new Date(serverNow()));
  const columns: Column<MySession>[] = [
    {
      key: 'device',
      title: t('device'),
      render: (row) => (
        <span className="account-row" title={row.agent}>
          {deviceOf(row.agent)}
          {row.current ? <StateMark state="ok" word={t('thisOne')} /> : null}
        </span>
      ),
    },
    { key: 'from', named: true, title: t('from'), render: (row) => row.from },
    { key: 'since', named: true, title: t('since'), render: (row) => time(row.createdAt) },
    { key: 'seen', named: true, title: t('seen'), render: (row) => time(row.seenAt) },
    {
      key: 'end',
      title: '',
      width: 96,
      render: (row) =>
        row.current ? null : (
          <Button size="small" loading={end.isPending} onClick={() => end.mutate(row.id)}>
            {t('end')}
          </Button>
        ),
    },
  ];
  const rows = sessions.data?.sessions;
  return (
    <Panel
      title={t('sessions')}
      note={t('sessionsNote')}
      extra={
        (rows?.length ?? 0) > 1 ? (
          <Button size="small" loading={end.isPending} onClick={() => end.mutate(null)}>
            {t('endOthers')}
          </Button>
        ) : null
      }
    >
      {sessions.error ? (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <DataTable
          label={t('sessions')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          empty={<EmptyState title={t('noSessions')} />}
        />
      )}
    </Panel>
  );
}
