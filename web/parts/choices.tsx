/** Choosing a dataset, a person, a purpose or a mask. */
import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { SearchResult } from '#catalogue/model';
import type { MaskWords, PolicyTable } from '#gate/model';
import { get, useLocal, useText, useUnitWords } from '#web/client';
import { text } from './text.ts';

interface Choosing {
  /** Of the field, so that its label names it. */
  id: string;
  value: string;
  onChange: (next: string) => void;
  placeholder?: string;
}

interface Options {
  options: { value: string; label: string }[];
  onSearch: (words: string) => void;
}

/** A list that the server searches, never the browser. */
const Searched = ({ id, value, onChange, options, ...rest }: Choosing & Options): ReactNode => (
  <Select
    id={id}
    showSearch={{ filterOption: false, onSearch: rest.onSearch }}
    value={value === '' ? null : value}
    options={options}
    onChange={(next) => onChange(next ?? '')}
    {...(rest.placeholder === undefined ? {} : { placeholder: rest.placeholder })}
  />
);

/** A dataset of the catalogue, by part of its title or name. */
export function DatasetChoice(props: Choosing): ReactNode {
  const local = useLocal();
  const [words, setWords] = useState('');
  const search = words === '' ? props.value : words;
  const found = useQuery({
    queryKey: ['catalogue', 'choice', search],
    queryFn: () => get<SearchResult>('/api/catalogue/datasets', { q: search, limit: 50 }),
    placeholderData: (before) => before,
  });
  const options = (found.data?.resources ?? []).map(({ name, title }) => ({
    value: name,
    label: local(title),
  }));
  return <Searched {...props} options={options} onSearch={setWords} />;
}

interface Found {
  accounts: { id: string; name: string; unitName: string }[];
}

/** An account of the own units, by part of its login, name or unit; names stay masked. */
export function AccountChoice(props: Choosing): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const [words, setWords] = useState('');
  const search = words === '' ? props.value : words;
  const found = useQuery({
    queryKey: ['organisation', 'account choice', search],
    queryFn: () => get<Found>('/api/organisation/accounts', { search, limit: 20 }),
    placeholderData: (before) => before,
  });
  const accounts = found.data?.accounts ?? [];
  // Who types an account in full means that one.
  const [meant, others] = [true, false].map((is) =>
    accounts.filter(({ id }) => (id === words.trim()) === is),
  );
  const options = [...(meant ?? []), ...(others ?? [])].map(({ id, name, unitName }) => ({
    value: id,
    label: `${name} (${id}) · ${unit(unitName)}`,
  }));
  const { placeholder = t('pickAccount') } = props;
  return <Searched {...props} placeholder={placeholder} options={options} onSearch={setWords} />;
}

/**
 * Purposes that some line of the policy names, and the one pages read for; any other may be typed.
 */
export function PurposeChoice(props: Choosing & { policies: PolicyTable['policies'] }): ReactNode {
  const local = useLocal();
  const titles = new Map(props.policies.flatMap(({ purposes }) => Object.entries(purposes)));
  const named = props.policies.flatMap(({ lines }) => lines.flatMap((line) => line.purposes ?? []));
  const options = [...new Set(['browse', ...titles.keys(), ...named])].map((value) => ({
    value,
    label: [local(titles.get(value)), value].filter(Boolean).join(' '),
  }));
  return (
    <AutoComplete
      id={props.id}
      value={props.value}
      options={options}
      onChange={(next) => props.onChange(next ?? '')}
    />
  );
}

/** Room for a mask's name above its example, on a phone too. */
const maskListPx = 300;

/** A mask that goes with a treatment, by its name and what it makes of an invented value. */
export function MaskChoice(props: {
  id?: string;
  label?: string;
  size?: 'small';
  placeholder: string;
  masks: PolicyTable['masks'];
  view: 'masked' | 'generalised';
  value: MaskWords['name'] | undefined;
  onChange: (next: MaskWords['name'] | undefined) => void;
}): ReactNode {
  const local = useLocal();
  const { id, label, size, placeholder, masks, view, value, onChange } = props;
  return (
    <Select
      allowClear
      placeholder={placeholder}
      value={value ?? null}
      popupMatchSelectWidth={maskListPx}
      options={masks
        .filter(({ how }) => how === view)
        .map(({ name, title, from, to }) => ({
          value: name,
          label: local(title),
          becomes: `${from} → ${to ?? '-'}`,
        }))}
      optionRender={({ label: name, data }) => (
        <span className="mask-option">
          {name}
          <small className="faint">{data.becomes}</small>
        </span>
      )}
      onChange={(next) => onChange(next ?? undefined)}
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(size === undefined ? {} : { size })}
    />
  );
}

export const usePolicyTable = () =>
  useQuery({
    queryKey: ['policy', 'table'],
    queryFn: () => get<PolicyTable>('/api/gate/policies'),
  });

/** Purposes as the policy names them; others are words already. */
export function usePurposeWords(): (purpose: string) => string {
  const local = useLocal();
  const policies = usePolicyTable().data?.policies;
  const named = new Map((policies ?? []).flatMap(({ purposes }) => Object.entries(purposes)));
  return (purpose) => {
    const title = named.get(purpose);
    return title === undefined ? purpose : local(title);
  };
}

/**
 * The title of a dataset, its name where the reader may not know of it: a search finds it or not,
 * where its own address would refuse.
 */
export function DatasetTitle({ name }: { name: string }): ReactNode {
  const local = useLocal();
  const found = useQuery({
    queryKey: ['catalogue', 'title', name],
    queryFn: () => get<SearchResult>('/api/catalogue/datasets', { q: name, limit: 50 }),
    staleTime: 60_000,
  });
  return local(found.data?.resources.find((one) => one.name === name)?.title) || name;
}
