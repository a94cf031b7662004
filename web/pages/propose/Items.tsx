/** Every item with what speaks for it, corrected in place. */
import { Checkbox, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type {
  FileProposal,
  Proposal,
  ProposalCheck,
  ProposedColumn,
  ProposedItem,
} from '#ingest/model';
import { useLocal, useText } from '#web/client';
import { figure, GradeChip, Panel, StateMark } from '#web/parts';
import { type Correct, faultsByItem, keyed, renamed, titled, withItem } from './draft.ts';
import { text } from './text.ts';

const types = ['text', 'integer', 'date', 'timestamp', 'boolean'] as const;
const grades = ['L1', 'L2', 'L3', 'L4'] as const;

interface RowProps {
  at: number;
  item: ProposedItem;
  column: ProposedColumn | undefined;
  draft: Proposal;
  meanings: FileProposal['meanings'];
  faults: ProposalCheck['faults'];
  correct: Correct;
  /** The column is not taken. */
  left: boolean;
  onLeft: (left: boolean) => void;
}

function TypeChoice({ at, item, column, correct }: RowProps): ReactNode {
  const t = useText(text);
  // Digits and scale are counted over all rows: there is one decimal that holds them.
  const decimals = [item.type, column?.type].filter((type) => type?.startsWith('decimal'));
  const options = [
    ...types.map((value) => ({ value: String(value), label: t(`type.${value}`) })),
    ...[...new Set(decimals)].map((value) => ({
      value: value ?? '',
      label: `${t('type.decimal')} ${value?.slice('decimal'.length)}`,
    })),
  ];
  // A form of the values belongs to the type it was found for.
  const change = (type: string): void =>
    correct(withItem(at, { type, min: undefined, max: undefined, format: undefined }));
  return (
    <Select
      size="small"
      value={item.type}
      aria-label={t('type')}
      options={options}
      onChange={change}
    />
  );
}

function MeaningChoice({ at, item, meanings, correct }: RowProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const options = [
    { value: '', label: t('noMeaning') },
    ...meanings.map(({ name, title }) => ({ value: name, label: local(title) })),
  ];
  return (
    <Select
      size="small"
      showSearch={{ optionFilterProp: 'label' }}
      value={item.semantic ?? ''}
      aria-label={t('meaning')}
      options={options}
      popupMatchSelectWidth={false}
      onChange={(semantic) =>
        correct(withItem(at, { semantic: semantic === '' ? undefined : semantic }))
      }
    />
  );
}

function Evidence({ item, column, draft }: RowProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { type, semantic, required, empty, codes, pattern, format } =
    draft.evidence[item.name] ?? {};
  const told = [type, semantic, required, empty, format, codes, pattern].filter(
    (one) => one !== undefined,
  );
  const bad = (column?.misfits ?? 0) > 0;
  return (
    <details className="pro-why">
      <summary>
        {bad ? (
          <StateMark state="warn" word={local(type)} />
        ) : (
          <span>{local(codes ?? empty ?? semantic ?? type)}</span>
        )}
      </summary>
      <ul>
        {told.map((one) => (
          <li key={one.zh}>{local(one)}</li>
        ))}
        {column === undefined || column.examples.length === 0 ? null : (
          <li>
            {t('examples')} <code>{column.examples.slice(0, 3).join(' | ')}</code>
          </li>
        )}
      </ul>
    </details>
  );
}

function Row(props: RowProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { at, item, column, draft, correct, faults, left } = props;
  const inKey = draft.contract.key?.includes(item.name) ?? false;
  return (
    <li className={`pro-item${faults.length > 0 ? ' is-bad' : ''}${left ? ' is-left' : ''}`}>
      <div className="pro-head">
        <Input
          size="small"
          value={item.title.zh}
          aria-label={t('header')}
          onChange={(event) => correct(titled(at, event.target.value, column?.header ?? ''))}
        />
        <Input
          size="small"
          className="pro-code"
          value={item.name}
          maxLength={63}
          aria-label={t('item')}
          onChange={(event) => correct(renamed(at, event.target.value))}
        />
      </div>
      <TypeChoice {...props} />
      <MeaningChoice {...props} />
      <Select
        size="small"
        className="pro-grade"
        value={item.grade}
        aria-label={t('grade')}
        options={grades.map((value) => ({ value, label: <GradeChip grade={value} short /> }))}
        onChange={(grade) => correct(withItem(at, { grade }))}
      />
      <span className="pro-checks">
        <Checkbox checked={!left} onChange={(event) => props.onLeft(!event.target.checked)}>
          {t('take')}
        </Checkbox>
        <Checkbox checked={inKey} onChange={(event) => correct(keyed(at, event.target.checked))}>
          {t('key')}
        </Checkbox>
        <Checkbox
          checked={item.required}
          disabled={inKey}
          onChange={(event) => correct(withItem(at, { required: event.target.checked }))}
        >
          {t('required')}
        </Checkbox>
      </span>
      <Evidence {...props} />
      {faults.length === 0 ? null : (
        <ul className="pro-faults">
          {faults.map((fault) => (
            <li key={`${fault.code} ${fault.item}`}>
              <StateMark state="bad" word={local(fault.message)} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function Items(props: {
  found: FileProposal;
  draft: Proposal;
  faults: ProposalCheck['faults'];
  correct: Correct;
  left: ReadonlySet<number>;
  onLeft: (at: number, left: boolean) => void;
}): ReactNode {
  const t = useText(text);
  const { found, draft, correct } = props;
  const faults = faultsByItem(props.faults);
  // Items stand in the order of the columns that are taken; a new name changes no place.
  const taken = found.columns.filter(({ item }) => item !== null);
  return (
    <Panel title={t('items')} note={t('itemsNote', { n: figure(found.rows) })}>
      <div className="pro-item is-heading" aria-hidden>
        <span>
          {t('header')} / {t('item')}
        </span>
        <span>{t('type')}</span>
        <span>{t('meaning')}</span>
        <span>{t('grade')}</span>
        <span />
        <span>{t('evidence')}</span>
      </div>
      <ul className="pro-items">
        {draft.contract.items.map((item, at) => (
          <Row
            // The place of an item is its identity here: its name is being typed.
            key={taken[at]?.header ?? at}
            at={at}
            item={item}
            column={taken[at]}
            draft={draft}
            meanings={found.meanings}
            faults={faults.get(item.name) ?? []}
            correct={correct}
            left={props.left.has(at)}
            onLeft={(left) => props.onLeft(at, left)}
          />
        ))}
      </ul>
    </Panel>
  );
}
