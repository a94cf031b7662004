import type { ReactNode } from 'react';
import { ApiError, serverNow, useText } from '#web/client';
import {
  ChannelIcon,
  ClockBar,
  DataTable,
  DistrictMap,
  EmptyState,
  ErrorState,
  GradeChip,
  GridMap,
  KeyCap,
  NameAndCode,
  NumberCard,
  PageHeader,
  PageSkeleton,
  PersonName,
  Photo,
  ReasonCard,
  StateMark,
  Timeline,
  Trend,
  ViewMark,
} from '#web/parts';
import './gallery.css';
import { text } from './text.ts';

const minutesAgo = (n: number): string => new Date(serverNow() - n * 60_000).toISOString();

const Block = ({ title, children }: { title: string; children: ReactNode }): ReactNode => (
  <section className="gallery-block">
    <h2>{title}</h2>
    <div>{children}</div>
  </section>
);

const square = (n: number, x: number, y: number) => ({
  code: String(n),
  name: String(n),
  geometry: {
    type: 'Polygon' as const,
    coordinates: [
      [
        [120 + x, 30 + y],
        [120.1 + x, 30 + y],
        [120.1 + x, 30.1 + y],
        [120 + x, 30.1 + y],
        [120 + x, 30 + y],
      ],
    ],
  },
});

function Marks(): ReactNode {
  const t = useText(text);
  return (
    <>
      <Block title={t('states')}>
        {(['ok', 'warn', 'bad', 'run', 'stale'] as const).map((state) => (
          <StateMark key={state} state={state} />
        ))}
        {(['ok', 'warn', 'bad', 'run', 'stale'] as const).map((state) => (
          <StateMark key={state} state={state} soft />
        ))}
        <KeyCap>J</KeyCap>
        <KeyCap>Enter</KeyCap>
        <PersonName name="欧阳建国" />
      </Block>
      <Block title={t('grades')}>
        {(['L1', 'L2', 'L3', 'L4'] as const).map((grade) => (
          <GradeChip key={grade} grade={grade} />
        ))}
        {(['plain', 'masked', 'generalised', 'hashed', 'absent'] as const).map((view) => (
          <ViewMark key={view} view={view} />
        ))}
      </Block>
      <Block title={t('channels')}>
        {['12345', '110', 'group', 'iot', 'video', 'grid', 'window', 'platform'].map((channel) => (
          <ChannelIcon key={channel} channel={channel} />
        ))}
      </Block>
    </>
  );
}

function Figures(): ReactNode {
  const t = useText(text);
  const common = { owner: t('owner'), at: minutesAgo(3), digits: 1, unit: '%', onClick: () => {} };
  return (
    <>
      <Block title={t('clocks')}>
        <ClockBar
          name={t('sign')}
          startedAt={minutesAgo(60)}
          dueAt={minutesAgo(59.5)}
          stoppedAt={minutesAgo(59.6)}
        />
        <ClockBar name={t('guard')} startedAt={minutesAgo(13)} dueAt={minutesAgo(-2)} />
        <ClockBar name={t('handle')} startedAt={minutesAgo(20)} dueAt={minutesAgo(-200)} />
        <ClockBar compact startedAt={minutesAgo(600)} dueAt={minutesAgo(340)} />
      </Block>
      <Block title={t('numbers')}>
        <NumberCard name={t('onTime')} value={94.2} state="warn" line={t('target')} {...common} />
        <NumberCard
          {...common}
          name={t('open')}
          value={1284}
          digits={0}
          unit={t('unit')}
          trend={[3, 5, 4, 8, 7, 9]}
        />
        <NumberCard name={t('onTime')} value={null} {...common} />
        <NumberCard
          {...common}
          name={t('open')}
          value={212}
          digits={0}
          stale={{ since: minutesAgo(400), why: t('outage') }}
        />
        <Trend
          title={t('onTime')}
          width={420}
          height={180}
          target={95}
          points={[96, 96.2, 95.7, 95.9, 95.3, 95, 94.6, 94.2].map((value, i) => ({
            label: `11-${13 + i}`,
            value,
          }))}
        />
      </Block>
    </>
  );
}

function Stories(): ReactNode {
  const t = useText(text);
  return (
    <>
      <Block title={t('scenes')}>
        {(['broken', 'guarded', 'repaired'] as const).map((scene) => (
          <div key={scene} style={{ width: 320 }}>
            <Photo scene={scene} height={200} caption="07:41" />
          </div>
        ))}
      </Block>
      <Block title={t('reason')}>
        <ReasonCard
          label={t('why')}
          title={t('whyTitle')}
          sources={<span className="chip">{t('register')}</span>}
        >
          {t('whyBody')}
        </ReasonCard>
        <Timeline
          entries={[
            { id: 1, at: minutesAgo(50), who: t('sign'), what: t('entry2') },
            { id: 2, at: minutesAgo(8), who: t('handle'), what: t('entry1') },
          ]}
        />
      </Block>
    </>
  );
}

function Maps(): ReactNode {
  const t = useText(text);
  const areas = [
    square(1, 0, 0),
    square(2, 0.1, 0),
    square(3, 0.2, 0),
    square(4, 0, 0.1),
    square(5, 0.1, 0.1),
    square(6, 0.2, 0.1),
  ].map((area, i) => ({ ...area, step: i === 5 ? null : i + 1, label: t('area', { n: i + 1 }) }));
  return (
    <Block title={t('maps')}>
      <div style={{ width: 620, height: 320 }}>
        <DistrictMap
          areas={areas}
          names
          label={t('maps')}
          legend={['1', '2', '3', '4', '5']}
          selected="3"
          onArea={() => {}}
          points={[{ id: '1', lon: 120.15, lat: 30.05, state: 'bad', label: t('overdue') }]}
          pointLegend={[{ state: 'bad', word: t('overdue') }]}
        />
      </div>
      <div style={{ width: 320 }}>
        <GridMap
          label={t('maps')}
          centre={{ lon: 120.05, lat: 30.05 }}
          points={[
            { id: 'a', lon: 120.0505, lat: 30.0502, kind: 'thing', label: t('area', { n: 1 }) },
            { id: 'b', lon: 120.0496, lat: 30.0503, kind: 'person', label: t('guard') },
          ]}
        />
      </div>
    </Block>
  );
}

export default function Gallery(): ReactNode {
  const t = useText(text);
  const error = new ApiError({
    code: 'auth.not_allowed',
    status: 403,
    message: text.fault,
    faults: [],
  });
  return (
    <div className="gallery">
      <PageHeader title={t('title')} />
      <Marks />
      <Figures />
      <Stories />
      <Maps />
      <Block title={t('tables')}>
        <DataTable
          label={t('tables')}
          rowKey={(row) => row.code}
          selected="comp_id"
          onRow={() => {}}
          onMore={() => {}}
          rows={[
            { code: 'comp_id', name: t('name'), value: 12 },
            { code: 'state', name: t('value'), value: 1284 },
          ]}
          columns={[
            {
              key: 'name',
              title: t('name'),
              render: (row) => <NameAndCode name={row.name} code={row.code} />,
            },
            { key: 'value', title: t('value'), number: true, render: (row) => row.value },
          ]}
        />
      </Block>
      <Block title={t('nothing')}>
        <EmptyState title={t('emptyTitle')}>{t('emptyBody')}</EmptyState>
        <ErrorState error={error} onRetry={() => {}} />
        <PageSkeleton rows={3} />
      </Block>
    </div>
  );
}
