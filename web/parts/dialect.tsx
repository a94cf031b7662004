/**
 * How a file is read: what was found, each of it to be said otherwise. What a person said is marked
 * and can be taken back one by one.
 */
import { IconArrowBackUp } from '@tabler/icons-react';
import { AutoComplete, Button, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DialectInput } from '#ingest/model';
import { useText } from '#web/client';
import { text } from './text.ts';

/** What was found of a file, as previews and proposals tell it. */
export interface FoundReading {
  encoding: string;
  delimiter: string;
  quote: string | null;
  escape: string | null;
  newline: string;
  preambleRows: number;
  headerRows: number;
  footerRows: number;
  sheet?: string | null;
  sheets?: readonly string[];
}

type Say = ReturnType<typeof useText<typeof text>>;
type Field = Exclude<keyof DialectInput, 'columns'>;

const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'latin-1'] as const;
const encodingWords: Record<string, string> = {
  'utf-8': 'UTF-8',
  gb18030: 'GBK / GB18030',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'latin-1': 'Latin-1',
  'utf-8+gb18030': 'UTF-8 + GBK',
  'gb18030+utf-8': 'GBK + UTF-8',
};
const newlineWords: Record<string, string> = { '\n': 'LF', '\r\n': 'CR LF', '\r': 'CR' };

const without = (said: DialectInput, field: Field): DialectInput => {
  const { [field]: _, ...rest } = said;
  return rest;
};

/** Characters that are not seen have names, and can be typed by them. */
function useSigns(): { word: (sign: string) => string; sign: (word: string) => string } {
  const t = useText(text);
  const names: Record<string, string> = {
    '\t': t('sign.tab'),
    ' ': t('sign.space'),
    ',': t('sign.comma'),
    '': t('sign.none'),
    '␀': 'NUL',
    '\u0001': '\\u0001',
    '\u001f': '\\u001f',
  };
  const signs = new Map(Object.entries(names).map(([sign, name]) => [name, sign]));
  return {
    word: (sign) => names[sign] ?? sign,
    sign: (word) => signs.get(word) ?? word.replaceAll('\\t', '\t').replaceAll('\\0', '␀'),
  };
}

/** A sign out of a list, or any other that is typed; it counts when the field is left. */
function SignChoice(props: {
  label: string;
  value: string;
  of: readonly string[];
  most: number;
  onChange: (sign: string) => void;
}): ReactNode {
  const { word, sign } = useSigns();
  const [typed, setTyped] = useState<string>();
  const done = (next: string | undefined): void => {
    setTyped(undefined);
    if (next !== undefined && sign(next) !== props.value) {
      props.onChange(sign(next).slice(0, props.most));
    }
  };
  return (
    <AutoComplete
      aria-label={props.label}
      value={typed ?? word(props.value)}
      options={props.of.map((one) => ({ value: word(one) }))}
      onChange={setTyped}
      onSelect={done}
      onBlur={() => done(typed)}
    />
  );
}

function fieldsOf(found: FoundReading, t: Say): { field: Field; label: string }[] {
  const rows = (['preambleRows', 'headerRows', 'footerRows'] as const).map((field) => ({
    field,
    label: t(`reading.${field}`),
  }));
  if (found.encoding === 'json' || found.encoding === 'parquet') return [];
  if (found.encoding === 'xlsx') return [{ field: 'sheet', label: t('reading.sheet') }, ...rows];
  const spelling = (['encoding', 'delimiter', 'quote', 'escape', 'newline'] as const).map(
    (field) => ({ field, label: t(`reading.${field}`) }),
  );
  return [...spelling, ...rows];
}

interface ControlProps {
  field: Field;
  label: string;
  found: FoundReading;
  said: DialectInput;
  onSay: (part: DialectInput) => void;
}

function Control({ field, label, found, said, onSay }: ControlProps): ReactNode {
  switch (field) {
    case 'encoding': {
      const value = said.encoding ?? found.encoding;
      const all = new Set<string>([...encodings, value]);
      const options = [...all].map((one) => ({ value: one, label: encodingWords[one] ?? one }));
      const say = (next: string): void => {
        const encoding = encodings.find((one) => one === next);
        if (encoding !== undefined) onSay({ encoding });
      };
      return <Select aria-label={label} value={value} options={options} onChange={say} />;
    }
    case 'newline': {
      const options = (['\n', '\r\n', '\r'] as const).map((value) => ({
        value,
        label: newlineWords[value] ?? value,
      }));
      const value = said.newline ?? found.newline;
      const say = (next: string): void => {
        const newline = options.find((one) => one.value === next)?.value;
        if (newline !== undefined) onSay({ newline });
      };
      return <Select aria-label={label} value={value} options={options} onChange={say} />;
    }
    case 'sheet': {
      const options = (found.sheets ?? []).map((value) => ({ value, label: value }));
      const value = said.sheet ?? found.sheet ?? '';
      const say = (sheet: string): void => onSay({ sheet });
      return <Select aria-label={label} value={value} options={options} onChange={say} />;
    }
    case 'delimiter':
    case 'quote':
    case 'escape':
      return <Sign {...{ field, label, found, said, onSay }} />;
    default:
      return (
        <InputNumber
          aria-label={label}
          min={0}
          max={field === 'headerRows' ? 20 : 1000}
          precision={0}
          value={said[field] ?? found[field]}
          onChange={(rows) => {
            if (rows !== null) onSay({ [field]: rows });
          }}
        />
      );
  }
}

const signsOf = {
  delimiter: { of: [',', ';', '\t', '|', ' ', '^', '，'], most: 8 },
  quote: { of: ['"', "'", '“”', '「」', ''], most: 4 },
  escape: { of: ['"', '\\', '␀', ''], most: 4 },
} as const;

function Sign(props: ControlProps & { field: keyof typeof signsOf }): ReactNode {
  const { field, label, found, said, onSay } = props;
  const { of, most } = signsOf[field];
  const value = said[field] ?? found[field] ?? '';
  const say = (sign: string): void => {
    // Nothing separates nothing: an empty separator says nothing.
    if (field === 'delimiter' && sign === '') return;
    onSay({ [field]: sign });
  };
  return <SignChoice {...{ label, value, of, most }} onChange={say} />;
}

export function DialectFields(props: {
  found: FoundReading;
  said: DialectInput;
  onSaid: (said: DialectInput) => void;
}): ReactNode {
  const t = useText(text);
  const { found, said, onSaid } = props;
  const fields = fieldsOf(found, t);
  if (fields.length === 0) return <p className="muted">{t('reading.named')}</p>;
  return (
    <div className="reading-fields">
      {fields.map(({ field, label }) => (
        <div key={field} className={said[field] === undefined ? '' : 'is-said'}>
          <span className="reading-label">
            {label}
            {said[field] === undefined ? null : (
              <Button
                type="link"
                size="small"
                icon={<IconArrowBackUp size={14} aria-hidden />}
                aria-label={t('reading.back', { name: label })}
                onClick={() => onSaid(without(said, field))}
              >
                {t('reading.said')}
              </Button>
            )}
          </span>
          <Control
            {...{ field, label, found, said }}
            onSay={(part) => onSaid({ ...said, ...part })}
          />
        </div>
      ))}
    </div>
  );
}
