/** Whose data it is: a unit by part of its name. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { get, useText, useUnitWords } from '#web/client';
import { text } from './text.ts';

interface Units {
  units: { code: string; name: string; level: string }[];
}

export function OwnerChoice(props: { value: string; onChange: (code: string) => void }): ReactNode {
  const t = useText(text);
  const nameOf = useUnitWords();
  const [search, setSearch] = useState('');
  const asked = search || props.value;
  const units =
    useQuery({
      queryKey: ['organisation', 'units', asked],
      queryFn: () => get<Units>('/api/organisation/units', { search: asked }),
      enabled: asked !== '',
      staleTime: 60_000,
    }).data?.units ?? [];
  return (
    <div className="pro-field">
      <span className="muted">{t('owner')}</span>
      <Select
        showSearch={{ onSearch: setSearch, filterOption: false }}
        aria-label={t('owner')}
        value={props.value === '' ? null : props.value}
        onChange={props.onChange}
        options={units
          .filter((unit) => unit.level !== 'grid' && unit.level !== 'village')
          .slice(0, 50)
          .map((unit) => ({ value: unit.code, label: `${nameOf(unit.name)} ${unit.code}` }))}
      />
    </div>
  );
}
