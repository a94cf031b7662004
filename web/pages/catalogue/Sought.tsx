/** The words sought above a list of the catalogue. */
import { IconSearch } from '@tabler/icons-react';
import { Input, type InputRef } from 'antd';
import type { ReactNode, Ref } from 'react';

export const Sought = (props: {
  label: string;
  value: string;
  onChange: (next: string) => void;
  ref?: Ref<InputRef>;
  /** What stands at the end of the box. */
  suffix?: ReactNode;
}): ReactNode => (
  <Input
    ref={props.ref}
    allowClear
    className="cat-search"
    prefix={<IconSearch size={16} aria-hidden />}
    suffix={props.suffix}
    placeholder={props.label}
    aria-label={props.label}
    value={props.value}
    onChange={(event) => props.onChange(event.target.value)}
  />
);
