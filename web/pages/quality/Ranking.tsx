/** 晾晒榜: departments and towns of a month, to see and to send round. */
import { IconFileTypeDocx, IconFileTypeXls } from '@tabler/icons-react';
import { Button, Segmented, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Ranking as Ranked, RankingLine } from '#quality/model';
import { useLanguage, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  DataTable,
  EmptyState,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  Panel,
  StateMark,
} from '#web/parts';
import { useScoreColumns } from './columns.tsx';
import { rankingHref, useMonths, useRanking } from './data.ts';
import { useSaid } from './Families.tsx';
import './quality.css';
import { text } from './text.ts';

function Change({ line }: { line: RankingLine }): ReactNode {
  const t = useText(text);
  if (line.change === null) return '-';
  if (line.change === 0) return t('same');
  const up = line.change > 0;
  return (
    <span className={`quality-change ${up ? 'is-up' : 'is-down'}`}>
      {up ? '↑' : '↓'} {Math.abs(line.change).toFixed(2)}
    </span>
  );
}

function Lines({ ranking, lines }: { ranking: Ranked; lines: readonly RankingLine[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  const said = useSaid();
  const scored = useScoreColumns<RankingLine>(
    ranking.families.map(({ family, title }) => ({ family, title: local(title) })),
  );
  return (
    <DataTable<RankingLine>
      wide
      label={t('ranking')}
      rows={lines}
      rowKey={({ unit }) => unit}
      empty={<EmptyState title={t('noRanking')}>{t('noRankingHint')}</EmptyState>}
      columns={[
        {
          key: 'rank',
          title: t('place'),
          number: true,
          render: ({ rank }) => said(t('place'), rank === null ? t('unranked') : <b>{rank}</b>),
        },
        {
          key: 'unit',
          title: t('department'),
          render: ({ name, unit }) => <NameAndCode name={named(name)} code={unit} />,
        },
        ...scored,
        {
          key: 'faulty',
          title: t('faulty'),
          number: true,
          render: ({ faulty }) => said(t('faulty'), figure(faulty)),
        },
        {
          key: 'change',
          title: t('change'),
          number: true,
          render: (line) => said(t('change'), <Change line={line} />),
        },
      ]}
    />
  );
}

function Body({ ranking }: { ranking: Ranked }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  const [side, setSide] = useUrlValue('side', 'departments');
  const lines = side === 'towns' ? ranking.towns : ranking.departments;
  return (
    <div className="quality-page">
      <Panel
        title={t(side === 'towns' ? 'towns' : 'departments')}
        note={t('days', { n: ranking.days, day: ranking.through ?? '-' })}
        extra={
          <Segmented
            value={side}
            onChange={setSide}
            options={[
              { value: 'departments', label: t('departments') },
              { value: 'towns', label: t('towns') },
            ]}
          />
        }
      >
        <Lines ranking={ranking} lines={lines} />
      </Panel>
      <Panel title={t('notes')} note={t('publisher', { name: named(ranking.publisher) })}>
        <ol className="quality-notes">
          {ranking.notes.map((note) => (
            <li key={note.en}>{local(note)}</li>
          ))}
          <li>
            {ranking.families
              .map(({ title, weight }) => `${local(title)} ${weight}`)
              .join(t('comma'))}{' '}
            · <code>{ranking.scheme.version}</code>
          </li>
        </ol>
      </Panel>
    </div>
  );
}

export default function Ranking(): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const known = useMonths();
  const months = known.data?.months ?? [];
  const [chosen, setMonth] = useUrlValue('month');
  const month = chosen === '' ? (months[0]?.month ?? '') : chosen;
  const query = useRanking(month);
  const state = query.data?.state;
  return (
    <>
      <PageHeader
        title={t('ranking')}
        crumbs={[{ label: t('title'), to: '/quality' }, { label: t('ranking') }]}
        marks={
          state === undefined ? null : (
            <StateMark state={state === 'frozen' ? 'ok' : 'run'} word={t(state)} soft />
          )
        }
        actions={
          month === '' ? null : (
            <span className="quality-actions">
              <Select
                aria-label={t('month')}
                value={month}
                onChange={setMonth}
                options={months.map((one) => ({ value: one.month, label: one.month }))}
              />
              <Button icon={<IconFileTypeDocx size={16} />} href={rankingHref(month, 'docx', lang)}>
                {t('word')}
              </Button>
              <Button icon={<IconFileTypeXls size={16} />} href={rankingHref(month, 'xlsx', lang)}>
                {t('excel')}
              </Button>
            </span>
          )
        }
      >
        {t('rankLead')}
      </PageHeader>
      {month === '' ? (
        <Loaded query={known}>
          {() => <EmptyState title={t('noRanking')}>{t('noRankingHint')}</EmptyState>}
        </Loaded>
      ) : (
        <Loaded query={query}>{(ranking) => <Body ranking={ranking} />}</Loaded>
      )}
    </>
  );
}
