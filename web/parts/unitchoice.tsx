/** Choosing a unit by part of its name. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { get, useText, useUnitWords } from '#web/client';
import { text } from './text.ts';

interface Units {
  units: { code: string; name: string; level: string }[];
}

const useUnits = (search: string, chosen: string) =>
  useQuery({
    queryKey: ['organisation', 'units', search || chosen],
    queryFn: () => get<Units>('/api/organisation/units', { search: search || chosen }),
    enabled: search !== '' || chosen !== '',
    staleTime: 60_000,
  });

/** What a unit of which the code is known is called. */
export function useUnitTitle(code: string): string {
  const words = useUnitWords();
  const found = useQuery({
    queryKey: ['organisation', 'unit', code],
    queryFn: () =>
      get<{ unit: { name: string } }>(`/api/organisation/units/${encodeURIComponent(code)}`),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return words(found.data?.unit.name ?? code);
}

const mostOffered = 50;

export function UnitChoice(props: {
  label: string;
  value?: string;
  onChange?: (code: string) => void;
  id?: string;
  className?: string;
  /** Nothing may be chosen: the label says what that means. */
  optional?: boolean;
}): ReactNode {
  const t = useText(text);
  const words = useUnitWords();
  const [search, setSearch] = useState('');
  const { value = '' } = props;
  const found = useUnits(search, value);
  const units = found.data?.units ?? [];
  return (
    <Select
      showSearch={{ onSearch: setSearch, filterOption: false }}
      aria-label={props.label}
      className={props.className ?? ''}
      placeholder={props.optional ? props.label : t('findUnit')}
      allowClear={props.optional ?? false}
      value={value === '' ? null : value}
      loading={found.isFetching}
      notFoundContent={<span className="muted">{t('findUnit')}</span>}
      onChange={(code) => props.onChange?.(code ?? '')}
      options={units
        .slice(0, mostOffered)
        .map((unit) => ({ value: unit.code, label: `${words(unit.name)} ${unit.code}` }))}
      {...(props.id === undefined ? {} : { id: props.id })}
    />
  );
}

/** Several units, each by part of its name. */
export function UnitsChoice(props: {
  label: string;
  id: string;
  value: readonly string[];
  onChange: (codes: string[]) => void;
}): ReactNode {
  const t = useText(text);
  const words = useUnitWords();
  const [search, setSearch] = useState('');
  const units = useUnits(search, '').data?.units ?? [];
  return (
    <Select
      id={props.id}
      mode="multiple"
      showSearch={{ onSearch: setSearch, filterOption: false }}
      aria-label={props.label}
      placeholder={t('findUnit')}
      value={[...props.value]}
      notFoundContent={<span className="muted">{t('findUnit')}</span>}
      onChange={props.onChange}
      options={units
        .slice(0, mostOffered)
        .map((unit) => ({ value: unit.code, label: `${words(unit.name)} ${unit.code}` }))}
    />
  );
}
