import { IconX } from '@tabler/icons-react';
import { Button, Input, Segmented, Select } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '#web/client';
import { type Filters, useActionGroups } from './data.ts';
import { text } from './text.ts';

/** Typed text reaches the address on Enter or when the field is left: each reading is a record. */
function TextFilter(props: {
  label: string;
  value: string;
  onChange: (next: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState(props.value);
  useEffect(() => setTyped(props.value), [props.value]);
  const commit = (): void => {
    if (typed.trim() !== props.value) props.onChange(typed.trim());
  };
  return (
    <Input
      allowClear
      className="audit-filter"
      aria-label={props.label}
      placeholder={props.label}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        if (event.target.value === '') props.onChange('');
      }}
      onPressEnter={commit}
      onBlur={commit}
    />
  );
}

const periods = ['1', '7', '30', ''] as const;

export function FilterBar({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const groups = useActionGroups();
  const known = groups.some(({ value }) => value === filters.action);
  const options = known ? groups : [...groups, { value: filters.action, label: filters.action }];
  const clear = (): void => {
    filters.setActor('');
    filters.setAction('');
    filters.setSubject('');
    filters.setDataset('');
    filters.setRequest('');
  };
  return (
    <search className="audit-filters" aria-label={t('filters')}>
      <Select
        className="audit-filter"
        aria-label={t('did')}
        value={filters.action}
        options={options}
        onChange={filters.setAction}
      />
      <TextFilter label={t('filterWho')} value={filters.actor} onChange={filters.setActor} />
      <TextFilter
        label={t('filterDataset')}
        value={filters.dataset}
        onChange={filters.setDataset}
      />
      <TextFilter
        label={t('filterSubject')}
        value={filters.subject}
        onChange={filters.setSubject}
      />
      <Segmented
        aria-label={t('period')}
        value={filters.days}
        options={periods.map((days) => ({ value: days, label: t(`days.${days}`) }))}
        onChange={filters.setDays}
      />
      {filters.request === '' ? null : (
        <span className="chip">{t('requestOf', { id: filters.request.slice(0, 8) })}</span>
      )}
      {filters.any ? (
        <Button type="text" icon={<IconX size={16} aria-hidden />} onClick={clear}>
          {t('clear')}
        </Button>
      ) : null}
    </search>
  );
}
