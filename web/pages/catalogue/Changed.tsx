/** What changed between two versions of a contract. */
import type { ReactNode } from 'react';
import type { ContractVersion } from '#catalogue/model';
import { shortTime, useText } from '#web/client';
import { PersonName } from '#web/parts';
import { text } from './text.ts';

type Change = ContractVersion['changes'][number];

const isWord = (key: string): key is keyof typeof text => Object.hasOwn(text, key);

const languages = { zh: 'inChinese', en: 'inEnglish' } as const;

/** Lists whose members have names of their own. */
const named = new Set(['items', 'checks', 'headers', 'codes']);

/** Where something changed, as words: `items.keeper.grade` is the grade of the item `keeper`. */
function Where({ path }: { path: string }): ReactNode {
  const t = useText(text);
  const parts = path.split('.');
  const shown = (part: string, at: number): ReactNode => {
    if (named.has(parts[at - 1] ?? '')) return <code>{part}</code>;
    if (part === 'zh' || part === 'en') return t(languages[part]);
    const word = `part.${part}`;
    return isWord(word) ? t(word) : <code>{part}</code>;
  };
  return (
    <span className="cat-where">
      {parts.map((part, at) => (
        <span key={parts.slice(0, at + 1).join('.')}>{shown(part, at)}</span>
      ))}
    </span>
  );
}

/** Shown of one version before the rest is counted. */
const most = 6;

export function Changed({ changes }: { changes: readonly Change[] }): ReactNode {
  const t = useText(text);
  return (
    <ul className="cat-contract-changes">
      {changes.slice(0, most).map(({ path, before, after }) => (
        <li key={path}>
          <Where path={path} />
          {before === null ? null : <del>{before}</del>}
          <ins>{after ?? t('empty1')}</ins>
        </li>
      ))}
      {changes.length > most ? (
        <li className="faint">{t('moreChanges', { n: changes.length - most })}</li>
      ) : null}
    </ul>
  );
}

/** Who applied a version: a person, or the platform at a start. */
function Who({ one }: { one: ContractVersion }): ReactNode {
  const t = useText(text);
  if (one.appliedName !== null) return <PersonName name={one.appliedName} />;
  return one.appliedBy.startsWith('system:') ? t('platform') : one.appliedBy;
}

/** One version: when, by whom, and what it changed or why nothing stands there. */
export function Version(props: { one: ContractVersion; children: ReactNode }): ReactNode {
  const t = useText(text);
  const { one, children } = props;
  const still = one.version === 1 ? 'firstOf' : 'nothingNew';
  return (
    <li>
      <div>
        {children}
        <span className="faint">
          {shortTime(one.appliedAt)} · <Who one={one} />
        </span>
        {one.changes.length === 0 ? <span className="muted">{t(still)}</span> : null}
      </div>
      {one.changes.length === 0 ? null : <Changed changes={one.changes} />}
    </li>
  );
}
