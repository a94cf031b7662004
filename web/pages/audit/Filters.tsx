import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Segmented, Select } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '#web/client';
import { type Filters, seekPerson, useActionGroups } from './data.ts';
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

/** By the number of a document: the address gets its keyed hash, never the number. */
function PersonFilter({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const seek = useMutation({ mutationFn: seekPerson, onSuccess: filters.setPerson });
  if (filters.person !== '') {
    return <span className="chip">{t('personOf', { id: filters.person.slice(0, 6) })}</span>;
  }
  return (
    <Input.Search
      className="audit-filter"
      aria-label={t('byPerson')}
      placeholder={t('byPerson')}
      autoComplete="off"
      loading={seek.isPending}
      onSearch={(identity) => {
        if (identity.trim() !== '') seek.mutate(identity.trim());
      }}
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
    filters.setPurpose('');
    filters.setPerson('');
    filters.setRecord('');
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
      <TextFilter label={t('purpose')} value={filters.purpose} onChange={filters.setPurpose} />
      <PersonFilter filters={filters} />
      <Segmented
        aria-label={t('period')}
        value={filters.days}
        options={periods.map((days) => ({ value: days, label: t(`days.${days}`) }))}
        onChange={filters.setDays}
      />
      {filters.request === '' ? null : (
        <span className="chip">{t('requestOf', { id: filters.request.slice(0, 8) })}</span>
      )}
      {filters.record === '' ? null : (
        <span className="chip">{t('recordOf', { id: filters.record.slice(0, 8) })}</span>
      )}
      {filters.any ? (
        <Button type="text" icon={<IconX size={16} aria-hidden />} onClick={clear}>
          {t('clear')}
        </Button>
      ) : null}
    </search>
  );
}
