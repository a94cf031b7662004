import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLanguage, useText } from '#web/client';
import { useUnitSearch } from './data.ts';
import { text } from './text.ts';

/** Finds a unit by part of its name or code. */
export function UnitChoice(props: {
  value?: string;
  label: string;
  className?: string;
  onChange?: (code: string) => void;
}): ReactNode {
  const t = useText(text);
  const english = useLanguage() === 'en';
  const [words, setWords] = useState(props.value ?? '');
  const found = useUnitSearch(words);
  const options = (found.data?.units ?? []).slice(0, 50).map((unit) => ({
    value: unit.code,
    label: `${english ? (unit.nameEn ?? unit.name) : unit.name} ${unit.code}`,
  }));
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setWords }}
      allowClear
      className={props.className ?? ''}
      aria-label={props.label}
      placeholder={props.label}
      {...(props.value ? { value: props.value } : {})}
      options={options}
      loading={found.isFetching}
      notFoundContent={<span className="muted">{t('findUnit')}</span>}
      onChange={(code?: string) => props.onChange?.(code ?? '')}
    />
  );
}
