/** Choosing a unit by part of its name. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { get, useUnitWords } from '#web/client';

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

const mostOffered = 50;

export function UnitChoice(props: {
  label: string;
  value: string;
  onChange: (code: string) => void;
}): ReactNode {
  const words = useUnitWords();
  const [search, setSearch] = useState('');
  const units = useUnits(search, props.value).data?.units ?? [];
  return (
    <Select
      showSearch={{ onSearch: setSearch, filterOption: false }}
      aria-label={props.label}
      value={props.value === '' ? null : props.value}
      onChange={props.onChange}
      options={units
        .slice(0, mostOffered)
        .map((unit) => ({ value: unit.code, label: `${words(unit.name)} ${unit.code}` }))}
    />
  );
}
