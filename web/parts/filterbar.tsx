/** What stands above a list: words to look for, a state, and whatever else narrows it. */
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';

interface Choice<S extends string> {
  label: string;
  value: string;
  /** Says that there is no filter. */
  any: string;
  options: readonly { value: S; label: string }[];
  onChange: (next: string) => void;
}

/** One filter of a bar; the empty value stands for no filter. */
export const FilterSelect = <S extends string>(props: Choice<S>): ReactNode => (
  <Select
    className="tight"
    aria-label={props.label}
    value={props.value}
    options={[{ value: '', label: props.any }, ...props.options]}
    onChange={props.onChange}
  />
);

export function FilterBar<S extends string>(props: {
  search: { label: string; value: string; onChange: (next: string) => void };
  state: Choice<S>;
  /** Further filters, between the words and the state. */
  children?: ReactNode;
}): ReactNode {
  const { search } = props;
  return (
    <search className="filter-bar">
      <Input.Search
        // What is sought may change elsewhere: by going back, by a page that shows something new.
        key={search.value}
        allowClear
        className="wide"
        aria-label={search.label}
        placeholder={search.label}
        defaultValue={search.value}
        onSearch={search.onChange}
      />
      {props.children}
      <FilterSelect {...props.state} />
    </search>
  );
}
