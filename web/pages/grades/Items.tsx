/** The list of items, and the bar that puts forward, confirms or refuses what was chosen. */
import { Button, Checkbox, Input, message, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DecidedItems, GradedItem, GradesSummary } from '#gate/model';
import { useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  NameAndCode,
  type State,
  StateMark,
} from '#web/parts';
import {
  keyOf,
  type SaidItem,
  useDecide,
  useGrades,
  useRights,
  useSubmit,
  useTypeNames,
} from './data.ts';
import { EvidenceLine, ItemDrawer, Meaning } from './Evidence.tsx';
import { text } from './text.ts';

const states = ['submitted', 'found', 'confirmed', 'refused', 'agrees', 'unseen'] as const;
const stateWords = {
  found: 'stateFound',
  submitted: 'stateSubmitted',
  confirmed: 'stateConfirmed',
  refused: 'stateRefused',
  agrees: 'stateAgrees',
  unseen: 'stateUnseen',
} as const;
const stateMarks: Record<GradedItem['state'], State> = {
  found: 'warn',
  submitted: 'run',
  confirmed: 'ok',
  refused: 'stale',
  agrees: 'ok',
  unseen: 'stale',
};

function useFilters() {
  const [state, setState] = useUrlValue('state');
  const [owner, setOwner] = useUrlValue('owner');
  const [type, setType] = useUrlValue('type');
  const [grade, setGrade] = useUrlValue('grade');
  const [q, setQ] = useUrlValue('q');
  const filters = {
    state: state || undefined,
    owner: owner || undefined,
    type: type || undefined,
    grade: grade || undefined,
    q: q || undefined,
  };
  return { filters, setState, setOwner, setType, setGrade, setQ };
}

type Used = ReturnType<typeof useFilters>;

function Filters({ used, summary }: { used: Used; summary: GradesSummary | undefined }): ReactNode {
  const t = useText(text);
  const names = useTypeNames(summary);
  const unit = useUnitWords();
  const { filters } = used;
  const select = (
    label: string,
    value: string | undefined,
    set: (next: string) => void,
    options: { value: string; label: string }[],
  ): ReactNode => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={label}
      className="grades-filter"
      value={value ?? null}
      options={options}
      onChange={(next: string | undefined) => set(next ?? '')}
    />
  );
  return (
    <search className="grades-filters">
      <Input.Search
        allowClear
        aria-label={t('search')}
        placeholder={t('search')}
        defaultValue={filters.q ?? ''}
        onSearch={used.setQ}
      />
      {select(
        t('state'),
        filters.state,
        used.setState,
        states.map((value) => ({ value, label: t(stateWords[value]) })),
      )}
      {select(
        t('owner'),
        filters.owner,
        used.setOwner,
        (summary?.owners ?? []).map(({ owner, ownerName }) => ({
          value: owner,
          label: unit(ownerName),
        })),
      )}
      {select(
        t('grade'),
        filters.grade,
        used.setGrade,
        levels.map((value) => ({ value, label: value })),
      )}
      {select(
        t('type'),
        filters.type,
        used.setType,
        (summary?.types ?? []).map(({ name }) => ({ value: name, label: names(name) })),
      )}
    </search>
  );
}

interface ChosenProps {
  chosen: readonly GradedItem[];
  summary: GradesSummary | undefined;
  onDone: () => void;
}

const levels = ['L1', 'L2', 'L3', 'L4'] as const;
type Level = (typeof levels)[number];

/** What a person thinks better than what stands there; nothing: as it stands. */
interface Choice {
  type: string | null;
  grade: Level | null;
}
const asProposed: Choice = { type: null, grade: null };

function ChoiceFields(props: {
  choice: Choice;
  summary: GradesSummary | undefined;
  onChange: (next: Choice) => void;
}): ReactNode {
  const t = useText(text);
  const names = useTypeNames(props.summary);
  const { choice, onChange } = props;
  return (
    <>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('otherType')}
        placeholder={t('otherType')}
        className="grades-filter"
        value={choice.type}
        options={(props.summary?.types ?? []).map(({ name }) => ({
          value: name,
          label: names(name),
        }))}
        onChange={(type: string | undefined) => onChange({ ...choice, type: type ?? null })}
      />
      <Select
        allowClear
        aria-label={t('otherGrade')}
        placeholder={t('otherGrade')}
        className="grades-filter"
        value={choice.grade}
        options={levels.map((value) => ({ value, label: value }))}
        onChange={(grade: Level | undefined) => onChange({ ...choice, grade: grade ?? null })}
      />
    </>
  );
}

const withChoice = (one: GradedItem, { type, grade }: Choice): SaidItem => ({
  dataset: one.dataset,
  item: one.item,
  ...(type === null ? {} : { semantic: type }),
  ...(grade === null ? {} : { grade }),
});

interface ButtonsProps {
  ready: boolean;
  waiting: boolean;
  submit: { run: () => void; busy: boolean };
  decide: { run: (verdict: 'confirmed' | 'refused') => void; busy: boolean };
}

function ChosenButtons({ ready, waiting, submit, decide }: ButtonsProps): ReactNode {
  const t = useText(text);
  const rights = useRights();
  return (
    <>
      {rights.data?.discover === true ? (
        <Button type="primary" disabled={!ready} loading={submit.busy} onClick={submit.run}>
          {t('submit')}
        </Button>
      ) : null}
      {rights.data?.confirm === true ? (
        <>
          <Button
            type="primary"
            disabled={!ready || !waiting}
            loading={decide.busy}
            onClick={() => decide.run('confirmed')}
          >
            {t('confirm')}
          </Button>
          <Button disabled={!ready || !waiting} onClick={() => decide.run('refused')}>
            {t('refuse')}
          </Button>
        </>
      ) : null}
    </>
  );
}

function ChosenBar({ chosen, summary, onDone }: ChosenProps): ReactNode {
  const t = useText(text);
  const [reason, setReason] = useState('');
  const [choice, setChoice] = useState(asProposed);
  const [told, shown] = message.useMessage();
  const close = (): void => {
    setReason('');
    setChoice(asProposed);
    onDone();
  };
  const done = ({ items, contracts }: DecidedItems): void => {
    const n = contracts.length;
    void told.success(n === 0 ? t('handled', { n: items }) : t('done', { n: items, contracts: n }));
    close();
  };
  const submit = useSubmit(done);
  const decide = useDecide(done);
  const items = chosen.map((one) => withChoice(one, choice));
  const bare = chosen.map((one) => withChoice(one, asProposed));
  const failed = submit.error ?? decide.error;
  return (
    <>
      {shown}
      {chosen.length === 0 ? null : (
        <section className="card grades-chosen" aria-label={t('chosen', { n: chosen.length })}>
          <b>{t('chosen', { n: chosen.length })}</b>
          <ChoiceFields choice={choice} summary={summary} onChange={setChoice} />
          <Input
            aria-label={t('reason')}
            placeholder={t('reason')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <ChosenButtons
            ready={reason.trim().length >= 2}
            waiting={chosen.every(({ state }) => state === 'submitted')}
            submit={{ run: () => submit.mutate({ items, reason }), busy: submit.isPending }}
            decide={{
              run: (verdict) =>
                decide.mutate({ items: verdict === 'confirmed' ? items : bare, reason, verdict }),
              busy: decide.isPending,
            }}
          />
          <Button type="text" onClick={close}>
            {t('clear')}
          </Button>
          {choice.type === null ? null : <p className="faint">{t('typeWarning')}</p>}
        </section>
      )}
      {failed === null ? null : <ErrorState error={failed} />}
    </>
  );
}

interface ColumnsInput {
  chosen: ReadonlySet<string>;
  choose: (one: GradedItem, on: boolean) => void;
  mayChoose: (one: GradedItem) => boolean;
  names: (type: string) => string;
}

function useColumns({ chosen, choose, mayChoose, names }: ColumnsInput): Column<GradedItem>[] {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  return [
    {
      key: 'choose',
      title: '',
      width: 40,
      render: (one) => (
        <Checkbox
          aria-label={t('choose', { item: `${local(one.datasetTitle)} ${local(one.title)}` })}
          checked={chosen.has(keyOf(one))}
          disabled={!mayChoose(one)}
          onChange={(event) => choose(one, event.target.checked)}
        />
      ),
    },
    {
      key: 'item',
      title: t('item'),
      render: (one) => (
        <span className="grades-two">
          <NameAndCode name={local(one.title)} code={one.item} />
          <small className="faint">
            {local(one.datasetTitle)} · {unit(one.ownerName)}
          </small>
        </span>
      ),
    },
    {
      key: 'declared',
      title: t('declared'),
      render: ({ semantic, grade }) => (
        <Meaning type={semantic} grade={grade} names={names} label={t('declared')} />
      ),
    },
    {
      key: 'proposed',
      title: t('proposed'),
      render: ({ semantic, proposedSemantic, proposedGrade, grade, state }) =>
        proposedGrade === null || (state === 'agrees' && proposedGrade === grade) ? (
          <span className={state === 'unseen' ? 'faint grades-wide' : 'faint'}>
            {state === 'unseen' ? '-' : t('same')}
          </span>
        ) : (
          <Meaning
            type={proposedSemantic ?? semantic}
            grade={proposedGrade}
            names={names}
            label={t('proposed')}
          />
        ),
    },
    {
      key: 'evidence',
      title: t('evidence'),
      render: (one) => <EvidenceLine one={one} names={names} />,
    },
    {
      key: 'state',
      title: t('state'),
      width: 150,
      render: ({ state, drifting }) => (
        <span className="grades-two">
          <StateMark state={stateMarks[state]} word={t(stateWords[state])} />
          {drifting ? <StateMark state="bad" word={t('drifting')} /> : null}
        </span>
      ),
    },
  ];
}

export function Items({ summary }: { summary: GradesSummary | undefined }): ReactNode {
  const t = useText(text);
  const used = useFilters();
  const rights = useRights();
  const grades = useGrades(used.filters);
  const names = useTypeNames(summary);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<GradedItem>();
  const rows = grades.data?.pages.flatMap(({ items }) => items);
  const mayChoose = ({ state }: GradedItem): boolean =>
    state === 'submitted'
      ? rights.data?.confirm === true
      : rights.data?.discover === true && state !== 'unseen' && state !== 'confirmed';
  const choose = (one: GradedItem, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(keyOf(one));
    else next.delete(keyOf(one));
    setChosen(next);
  };
  const handled = (rows ?? []).filter(
    (one) => mayChoose(one) && (one.state === 'found' || one.state === 'submitted'),
  );
  const columns = useColumns({ chosen, choose, mayChoose, names });
  if (grades.isError) return <ErrorState error={grades.error} />;
  return (
    <>
      <Filters used={used} summary={summary} />
      <ChosenBar
        chosen={(rows ?? []).filter((one) => chosen.has(keyOf(one)))}
        summary={summary}
        onDone={() => setChosen(new Set())}
      />
      <div className="grades-count">
        {rows === undefined ? null : (
          <span className="faint">{t('total', { n: grades.data?.pages[0]?.total ?? 0 })}</span>
        )}
        {handled.length === 0 ? null : (
          <Button size="small" onClick={() => setChosen(new Set(handled.map(keyOf)))}>
            {t('chooseAll')}
          </Button>
        )}
      </div>
      <section className="card">
        <DataTable
          label={t('items')}
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          onRow={setOpened}
          selected={opened === undefined ? undefined : keyOf(opened)}
          onMore={grades.hasNextPage ? () => void grades.fetchNextPage() : undefined}
          loadingMore={grades.isFetchingNextPage}
          empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
        />
      </section>
      <ItemDrawer one={opened} names={names} onClose={() => setOpened(undefined)} />
    </>
  );
}
