/** A dataset contract proposed from the columns of a file. */
import { normalHeader } from '#catalogue';
import type { Bilingual } from '#kernel/errors';
import type { KnownColumn, KnowOptions } from '../model.ts';
import { itemOf } from './items.ts';
import type { KeyFound } from './keys.ts';
import type { ItemEvidence, Proposal, ProposedContract } from './model.ts';
import { distinct, englishTitle, identifier, resourceTitle } from './names.ts';

export interface ProposeInput {
  /** Name the sender gave the file. */
  file: string;
  /** Unit the data belongs to. */
  owner: string;
  columns: readonly KnownColumn[];
  keys: readonly KeyFound[];
}

/** Which column tells whose a row is: the finest unit first. */
const unitOrder = ['grid_code', 'division_code', 'unit_code'] as const;

function unitColumn(columns: readonly KnownColumn[]): number {
  for (const semantic of unitOrder) {
    const places = [...columns.keys()].filter((at) => columns[at]?.semanticType === semantic);
    const finest = places.toSorted(
      (a, b) => (columns[b]?.maxLength ?? 0) - (columns[a]?.maxLength ?? 0),
    )[0];
    if (finest !== undefined) return finest;
  }
  return -1;
}

interface Header {
  at: number;
  title: string;
  /** The column is not taken. */
  ignored: boolean;
}

/** Titles of columns; one without a header is taken when it holds something. */
function headersOf(columns: readonly KnownColumn[]): { headers: Header[]; faults: Bilingual[] } {
  const faults: Bilingual[] = [];
  const first = new Map<string, number>();
  const headers = columns.map(({ name, rows, nulls }, at): Header => {
    const title = name.trim();
    if (title === '') {
      const holds = rows > nulls;
      if (holds) {
        const zh = `第 ${at + 1} 列没有表头，里面却有数据：补上表头才能归集这一列`;
        const en = `Column ${at + 1} has data and no header: give it one to have it delivered`;
        faults.push({ zh, en });
      }
      return { at, title: '', ignored: true };
    }
    const same = first.get(normalHeader(title));
    if (same !== undefined) {
      const zh = `第 ${same + 1} 列和第 ${at + 1} 列的表头都是“${title}”：改掉一个才能归集`;
      const en = `Columns ${same + 1} and ${at + 1} are both headed "${title}": rename one of them`;
      faults.push({ zh, en });
      return { at, title, ignored: true };
    }
    first.set(normalHeader(title), at);
    return { at, title, ignored: false };
  });
  return { headers, faults };
}

const counted = (n: number): string => n.toLocaleString('en');

function keyEvidence(key: KeyFound | undefined, names: (at: number) => string): Bilingual {
  if (key === undefined) {
    return {
      zh: '没有找到能唯一标识一行的列：每次全量替换',
      en: 'no columns name a row: every delivery replaces the whole',
    };
  }
  const twice = key.rows - key.distinct;
  const named = key.columns.map(names).join(' + ');
  return {
    zh: `${named} 在全部 ${counted(key.rows)} 行中有 ${counted(key.distinct)} 个不同值${twice > 0 ? `，${counted(twice)} 行重复或为空，归集时会退回` : ''}`,
    en: `${named}: ${counted(key.distinct)} different in all ${counted(key.rows)} rows${twice > 0 ? `; ${counted(twice)} repeat or are empty and will come back` : ''}`,
  };
}

/** Words a person has to replace: nobody can read them off a file. */
const undecided = {
  theme: '待分类',
  condition: '待数源单位确认共享条件',
  clause: '待数源单位确认开放属性和法律依据',
};

const frame = (title: string, owner: string): Omit<ProposedContract, 'items' | 'mode'> => ({
  title: { zh: title, en: englishTitle(title) },
  description: {
    zh: `按交来的文件建立：${title}。`,
    en: `Made from the file that was handed in: ${englishTitle(title)}.`,
  },
  owner,
  // Whoever hands in a file keeps the register by hand, or took it out of a system he can name.
  source: { system: '手工台账' },
  theme: undecided.theme,
  layer: 'raw',
  share: { type: 'conditional', condition: undecided.condition, mode: ['query'] },
  open: { type: 'none', clause: undecided.clause },
  cycle: 'irregular',
});

/** Proposes the contract; nothing in it is a decision until a person has read it. */
export function propose(input: ProposeInput, options: KnowOptions): Proposal {
  const { columns, keys } = input;
  const title = resourceTitle(input.file);
  const { headers, faults } = headersOf(columns);
  const taken = headers.filter(({ ignored }) => !ignored);
  const names = distinct(taken.map(({ at, title: text }) => identifier(text, `column_${at + 1}`)));
  const nameAt = new Map(taken.map(({ at }, n) => [at, names[n] ?? '']));
  const key = keys.find((one) => one.columns.every((at) => nameAt.has(at)));
  const items: ProposedContract['items'] = [];
  const evidence: Record<string, ItemEvidence> = {};
  for (const { at, title: text } of taken) {
    const column = columns[at];
    const name = nameAt.get(at) ?? '';
    if (column === undefined) continue;
    const inKey = key?.columns.includes(at) ?? false;
    const proposed = itemOf(column, name, text, { permille: options.misfitPermille, inKey });
    items.push(proposed.item);
    evidence[name] = proposed.evidence;
  }
  const unit = nameAt.get(unitColumn(columns));
  const rows = columns[0]?.rows ?? 0;
  const ignored = headers.filter((one) => one.title === '').length > 0 ? [''] : [];
  return {
    name: identifier(title, 'dataset'),
    contract: {
      ...frame(title, input.owner),
      mode: key === undefined ? 'full' : 'merge',
      ...(key === undefined ? {} : { key: key.columns.map((at) => nameAt.get(at) ?? '') }),
      ...(unit === undefined ? {} : { unit_item: unit }),
      items,
      ...(ignored.length > 0 ? { ignore_headers: ignored } : {}),
    },
    evidence,
    about: {
      key: keyEvidence(key, (at) => columns[at]?.name ?? ''),
      unit_item: {
        zh: '按它的编码决定谁能看到一行',
        en: 'its code decides who sees a row',
      },
      rows: { zh: `依据全部 ${counted(rows)} 行`, en: `from all ${counted(rows)} rows` },
    },
    faults,
  };
}
