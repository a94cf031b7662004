/**
 * 校核: find the record, point at the value that is wrong, say what it should be and how one knows.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Radio, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { RowResult } from '#gate/model';
import type { ChallengeMade } from '#quality/model';
import { type Bilingual, get, post, useLocal, useText, useUrlValue } from '#web/client';
import {
  EmptyState,
  ErrorState,
  Loaded,
  NameAndCode,
  PageHeader,
  PageSkeleton,
  Panel,
  StateMark,
} from '#web/parts';
import '../cases.css';
import { text } from './text.ts';

interface Described {
  contract: {
    name: string;
    title: Bilingual;
    key: string[];
    items: { name: string; title: Bilingual }[];
  };
}

const useDescribed = (dataset: string) =>
  useQuery({
    queryKey: ['catalogue', 'dataset', dataset],
    queryFn: () => get<Described>(`/api/catalogue/datasets/${encodeURIComponent(dataset)}`),
    enabled: dataset !== '',
  });

const useRow = (dataset: string, key: string) =>
  useQuery({
    queryKey: ['gate', 'row', dataset, key],
    queryFn: () =>
      get<RowResult>(`/api/gate/rows/${encodeURIComponent(dataset)}/${encodeURIComponent(key)}`, {
        purpose: 'challenge',
      }),
    enabled: dataset !== '' && key !== '',
    retry: false,
  });

interface Found {
  items: { name: string; title: Bilingual; ownerName?: string }[];
}

/** Datasets whose names have these words. */
function DatasetChoice(props: {
  value: string;
  /** Title of what is chosen, once it is known. */
  title: Bilingual | undefined;
  onChange: (name: string) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [q, setQ] = useState('');
  const found = useQuery({
    queryKey: ['catalogue', 'choose', q],
    queryFn: () => get<Found>('/api/catalogue/datasets', { q: q || undefined, limit: 20 }),
    placeholderData: (before) => before,
  });
  const items = (found.data?.items ?? []).filter(({ name }) => name !== props.value);
  const all = props.title ? [{ name: props.value, title: props.title }, ...items] : items;
  const options = all.map(({ name, title }) => ({
    value: name,
    label: `${local(title)} · ${name}`,
  }));
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setQ }}
      aria-label={t('dataset')}
      placeholder={t('chooseDataset')}
      {...(props.value === '' ? {} : { value: props.value })}
      onChange={props.onChange}
      options={options}
    />
  );
}

function KeyFields(props: {
  described: Described;
  value: string;
  onChange: (key: string) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { key: names, items } = props.described.contract;
  const [parts, setParts] = useState<string[]>(() =>
    names.length === 1 ? [props.value] : names.map(() => ''),
  );
  const title = (name: string): string =>
    local(items.find((item) => item.name === name)?.title) || name;
  const ask = (): void => {
    if (parts.some((part) => part.trim() === '')) return;
    const [only = ''] = parts;
    props.onChange(names.length === 1 ? only.trim() : JSON.stringify(parts.map((p) => p.trim())));
  };
  if (names.length === 0) return <EmptyState title={t('noKey')}>{t('noKeyHint')}</EmptyState>;
  return (
    <Form layout="inline" onFinish={ask} className="challenge-key">
      {names.map((name, at) => (
        <Form.Item key={name} label={title(name)}>
          <Input
            aria-label={title(name)}
            value={parts[at] ?? ''}
            onChange={(event) =>
              setParts((old) =>
                old.map((part, place) => (place === at ? event.target.value : part)),
              )
            }
          />
        </Form.Item>
      ))}
      <Button htmlType="submit" type="primary">
        {t('find')}
      </Button>
    </Form>
  );
}

interface Said {
  item: string;
  expected: string;
  reason: string;
}

function useChallenge(dataset: string, key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ item, expected, reason }: Said) =>
      post<ChallengeMade>('/api/quality/challenges', {
        dataset,
        key,
        item,
        expected: expected.trim() === '' ? null : expected.trim(),
        reason,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['cases'] }),
  });
}

const leastReason = 4;

function Made({ made }: { made: ChallengeMade }): ReactNode {
  const t = useText(text);
  return (
    <p className="challenge-made" role="status">
      <StateMark state="ok" word={t('made')} />
      <span>{made.voices > 1 ? t('joined', { n: made.voices }) : t('opened')}</span>
      {made.case === null ? null : <Link to={`/corrections/${made.case}`}>{made.case}</Link>}
    </p>
  );
}

function Point(props: { described: Described; found: RowResult; dataset: string; record: string }) {
  const t = useText(text);
  const local = useLocal();
  const { described, found } = props;
  const [item, setItem] = useUrlValue('item');
  const [expected, setExpected] = useState('');
  const [reason, setReason] = useState('');
  const sending = useChallenge(props.dataset, props.record);
  const row = found.row ?? {};
  const items = described.contract.items.filter(({ name }) => name in row);
  const isReady = item in row && reason.trim().length >= leastReason;
  return (
    <Form layout="vertical" onFinish={() => sending.mutate({ item, expected, reason })}>
      <Radio.Group
        className="challenge-items"
        aria-label={t('whichItem')}
        value={item}
        onChange={(event) => setItem(String(event.target.value))}
      >
        {items.map(({ name, title }) => (
          <Radio key={name} value={name}>
            <span className="challenge-item">
              <NameAndCode name={local(title)} code={name} />
              <b>{String(row[name] ?? '-')}</b>
            </span>
          </Radio>
        ))}
      </Radio.Group>
      <Form.Item label={t('expected')}>
        <Input
          aria-label={t('expected')}
          maxLength={500}
          placeholder={t('expectedHint')}
          value={expected}
          onChange={(event) => setExpected(event.target.value)}
        />
      </Form.Item>
      <Form.Item label={t('reason')} required>
        <Input.TextArea
          aria-label={t('reason')}
          maxLength={500}
          autoSize={{ minRows: 2, maxRows: 6 }}
          placeholder={t('reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form.Item>
      {sending.error ? <ErrorState error={sending.error} /> : null}
      {sending.data ? <Made made={sending.data} /> : null}
      <Button type="primary" htmlType="submit" disabled={!isReady} loading={sending.isPending}>
        {t('send')}
      </Button>
    </Form>
  );
}

function Record(props: { described: Described; dataset: string; record: string }): ReactNode {
  const t = useText(text);
  const found = useRow(props.dataset, props.record);
  return (
    <Panel title={t('record')} note={t('recordNote')}>
      <Loaded query={found}>
        {(row) =>
          row.row === null ? (
            <EmptyState title={t('noRow')}>{t('noRowHint')}</EmptyState>
          ) : (
            <Point {...props} found={row} />
          )
        }
      </Loaded>
    </Panel>
  );
}

export default function Challenge(): ReactNode {
  const t = useText(text);
  const [dataset, setDataset] = useUrlValue('dataset');
  const [record, setRecord] = useUrlValue('key');
  const described = useDescribed(dataset);
  return (
    <>
      <PageHeader
        title={t('title')}
        crumbs={[{ label: t('corrections'), to: '/corrections' }, { label: t('title') }]}
      >
        {t('lead')}
      </PageHeader>
      <div className="list-page challenge-page">
        <Panel title={t('which')}>
          <div className="challenge-which">
            <DatasetChoice
              value={dataset}
              title={described.data?.contract.title}
              onChange={(name) => {
                setRecord('');
                setDataset(name);
              }}
            />
            {described.data ? (
              <KeyFields
                key={dataset}
                described={described.data}
                value={record}
                onChange={setRecord}
              />
            ) : null}
            {dataset !== '' && described.isPending ? <PageSkeleton /> : null}
            {described.error ? <ErrorState error={described.error} /> : null}
          </div>
        </Panel>
        {described.data && record !== '' ? (
          <Record
            key={`${dataset} ${record}`}
            described={described.data}
            dataset={dataset}
            record={record}
          />
        ) : null}
      </div>
    </>
  );
}
