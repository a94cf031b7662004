/** Which rows a grant opens, and how much of them. */
import { Button, Form, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useLocal, useText } from '#web/client';
import { Panel, UnitsChoice } from '#web/parts';
import { useContract } from './data.ts';
import { type CapName, capNames, emptyNarrowing, type Narrowing } from './draft.ts';
import type { Fields } from './Items.tsx';
import { text } from './text.ts';

function Values(props: { row: Narrowing; set: (part: Partial<Narrowing>) => void }): ReactNode {
  const t = useText(text);
  const { row, set } = props;
  if (row.how === 'in') {
    return (
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        aria-label={t('values')}
        placeholder={t('values')}
        value={row.values}
        onChange={(values) => set({ values })}
      />
    );
  }
  return (
    <span className="grants-bounds">
      {(['from', 'to'] as const).map((name) => (
        <Input
          key={name}
          aria-label={t(name)}
          prefix={t(name)}
          value={row[name]}
          onChange={({ target }) => set({ [name]: target.value.trim() })}
        />
      ))}
    </span>
  );
}

function Condition(props: {
  row: Narrowing;
  items: { value: string; label: string }[];
  set: (part: Partial<Narrowing>) => void;
  onDrop: () => void;
}): ReactNode {
  const t = useText(text);
  const { row, set } = props;
  return (
    <div className="grants-condition">
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('item')}
        placeholder={t('item')}
        value={row.item === '' ? null : row.item}
        options={props.items}
        onChange={(item) => set({ item })}
      />
      <Select
        aria-label={t('how')}
        value={row.how}
        options={(['in', 'between'] as const).map((value) => ({ value, label: t(value) }))}
        onChange={(how) => set({ how })}
      />
      <Values row={row} set={set} />
      <Button onClick={props.onDrop}>{t('drop')}</Button>
    </div>
  );
}

export function RowsOf({ draft, set }: Fields): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const items = (useContract(draft.dataset).data?.items ?? []).map(({ name, title }) => ({
    value: name,
    label: `${local(title)} ${name}`,
  }));
  const { rows } = draft;
  const change = (key: number, part: Partial<Narrowing>): void =>
    set({ rows: rows.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  return (
    <Panel title={t('rows')}>
      <div className="grants-inside">
        <Form.Item label={t('units')} htmlFor="issue-units">
          <UnitsChoice
            id="issue-units"
            label={t('units')}
            value={draft.units}
            onChange={(units) => set({ units })}
          />
        </Form.Item>
        {rows.map((row) => (
          <Condition
            key={row.key}
            row={row}
            items={items}
            set={(part) => change(row.key, part)}
            onDrop={() => set({ rows: rows.filter(({ key }) => key !== row.key) })}
          />
        ))}
        <Button
          size="small"
          disabled={draft.dataset === ''}
          onClick={() => set({ rows: [...rows, emptyNarrowing(rows)] })}
        >
          {t('addRow')}
        </Button>
      </div>
    </Panel>
  );
}

export function Caps({ draft, set }: Fields): ReactNode {
  const t = useText(text);
  const change = (name: CapName, value: number | null): void => {
    const { [name]: _gone, ...rest } = draft.caps;
    set({ caps: value === null ? rest : { ...rest, [name]: value } });
  };
  return (
    <Panel title={t('caps')}>
      <div className="grants-inside grants-grid">
        {capNames.map((name) => (
          <Form.Item key={name} label={t(`cap.${name}`)} htmlFor={`issue-${name}`}>
            <InputNumber
              id={`issue-${name}`}
              min={1}
              precision={0}
              value={draft.caps[name] ?? null}
              onChange={(value) => change(name, value)}
            />
          </Form.Item>
        ))}
      </div>
    </Panel>
  );
}
