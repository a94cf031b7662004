/** What changed between two versions of a contract. */
import type { ReactNode } from 'react';
import type { ContractVersion } from '#catalogue/model';
import { useText } from '#web/client';
import { text } from './text.ts';

type Change = ContractVersion['changes'][number];

/** Shown of one version before the rest is counted. */
const most = 6;

export function Changed({ changes }: { changes: readonly Change[] }): ReactNode {
  const t = useText(text);
  return (
    <ul className="cat-contract-changes">
      {changes.slice(0, most).map(({ path, before, after }) => (
        <li key={path}>
          <code>{path}</code>
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

/** Who applied a version: an account, or the platform at a start. */
export function useWho(): (id: string) => string {
  const t = useText(text);
  return (id) => (id.startsWith('system:') ? t('platform') : id);
}

/** The same, or in words why nothing stands there. */
export function WhatChanged({ one }: { one: ContractVersion }): ReactNode {
  const t = useText(text);
  if (one.version === 1) return <p className="faint">{t('firstOf')}</p>;
  if (one.changes.length === 0) return <p className="faint">{t('nothingNew')}</p>;
  return <Changed changes={one.changes} />;
}
