/** A list as a file, Excel or CSV: one button with a menu of the two. */
import { IconDownload } from '@tabler/icons-react';
import { Button, Dropdown } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage, useText } from '#web/client';
import { text } from './text.ts';

const formats = [
  ['xlsx', 'asExcel'],
  ['csv', 'asCsv'],
] as const;

export type FileFormat = (typeof formats)[number][0];

/** `path` takes `format` and `lang`; or `hrefOf` makes the whole address. */
export function ExportMenu(
  props: ({ path: string } | { hrefOf: (format: FileFormat) => string }) & { label?: string },
): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const hrefOf = (format: FileFormat): string =>
    'path' in props ? `${props.path}?format=${format}&lang=${lang}` : props.hrefOf(format);
  const items = formats.map(([format, word]) => ({
    key: format,
    label: <a href={hrefOf(format)}>{t(word)}</a>,
  }));
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button icon={<IconDownload size={16} aria-hidden />}>{props.label ?? t('export')}</Button>
    </Dropdown>
  );
}
