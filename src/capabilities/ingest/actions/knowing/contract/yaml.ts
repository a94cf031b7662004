/** A proposal as the file of a pack: the house's YAML, the evidence beside each line. */
import type { Bilingual } from '#kernel/errors';
import type { Proposal, ProposedItem } from './model.ts';

const longest = 118;

/** A scalar or flow value: JSON is YAML, and plain words stay plain. */
function scalar(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(scalar).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => `${scalar(key)}: ${scalar(one)}`);
    return `{${pairs.join(', ')}}`;
  }
  const text = String(value);
  const plain = /^[\p{Script=Han}A-Za-z_][\p{Script=Han}A-Za-z0-9_ .\-（）()、，。；]*$/u.test(
    text,
  );
  const word = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(text) || /\s$/.test(text);
  return plain && !word ? text : JSON.stringify(text);
}

/** One line of a comment, whatever stands in it. */
const commented = (text: string): string => `# ${text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
const comment = (text: Bilingual): string => commented(text.zh);

/** A line with its evidence beside it, above it when there is no room. */
function beside(indent: string, line: string, why: Bilingual | undefined): string[] {
  if (why === undefined) return [`${indent}${line}`];
  const said = comment(why);
  const width = [...line, ...said].reduce((sum, sign) => sum + (sign > '\u2e7f' ? 2 : 1), 0);
  if (width + indent.length + 2 <= longest) return [`${indent}${line}  ${said}`];
  return [...folded(indent, said), `${indent}${line}`];
}

function folded(indent: string, said: string): string[] {
  const signs = [...said.slice(2)];
  const size = 56;
  const lines: string[] = [];
  for (let at = 0; at < signs.length; at += size) {
    lines.push(`${indent}# ${signs.slice(at, at + size).join('')}`);
  }
  return lines;
}

const itemKeys = [
  'title',
  'type',
  'semantic',
  'grade',
  'required',
  'empty',
  'format',
  'pattern',
  'min',
  'max',
  'example',
] as const;

function itemLines(item: ProposedItem, evidence: Proposal['evidence'][string]): string[] {
  const why: Partial<Record<(typeof itemKeys)[number], Bilingual>> = evidence;
  const lines = itemKeys.flatMap((key) => {
    const value = item[key];
    const shown = why[key];
    if (value === undefined) return [];
    if (key === 'required' && value === false) {
      return shown === undefined ? [] : [`    ${comment(shown)}`];
    }
    return beside('    ', `${key}: ${scalar(value)}`, shown);
  });
  const codes = Object.entries(item.codes ?? {}).map(
    ([code, words]) => `      ${scalar(code)}: ${scalar(words)}`,
  );
  const table = codes.length === 0 ? [] : [...beside('    ', 'codes:', evidence.codes), ...codes];
  return [`  ${scalar(item.name)}:`, ...lines, ...table];
}

/** The YAML of the proposal, with comments in Chinese. */
export function proposalYaml({ contract, evidence, about, faults }: Proposal): string {
  const { items, key, unit_item, headers = {}, ignore_headers, ...frame } = contract;
  const head = Object.entries(frame).flatMap(([name, value]) =>
    beside('', `${name}: ${scalar(value)}`, undefined),
  );
  return `${[
    commented(
      `由文件推断的数据资源约定草稿，${about.rows.zh}。每行后面是依据；确认后删掉注释即可。`,
    ),
    ...faults.map((fault) => commented(`注意：${fault.zh}`)),
    ...head,
    ...(key === undefined ? [comment(about.key)] : beside('', `key: ${scalar(key)}`, about.key)),
    ...(unit_item === undefined
      ? []
      : beside('', `unit_item: ${scalar(unit_item)}`, about.unit_item)),
    'items:',
    ...items.flatMap((item) => itemLines(item, evidence[item.name] ?? {})),
    ...(Object.keys(headers).length === 0 ? [] : [`headers: ${scalar(headers)}`]),
    ...(ignore_headers === undefined ? [] : [`ignore_headers: ${scalar(ignore_headers)}`]),
  ].join('\n')}\n`;
}
