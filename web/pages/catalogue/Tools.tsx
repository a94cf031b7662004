/** From one page of the catalogue to the others. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useText } from '#web/client';
import { text } from './text.ts';

const tools = [
  ['list', '/catalogue', 'toolList'],
  ['lists', '/catalogue-lists', 'toolLists'],
  ['history', '/catalogue-history', 'toolHistory'],
  ['excel', '/catalogue-excel', 'toolExcel'],
] as const;

export function Tools({ here }: { here: (typeof tools)[number][0] }): ReactNode {
  const t = useText(text);
  return (
    <nav className="cat-tools" aria-label={t('tools')}>
      {tools.map(([name, to, word]) => (
        <Link key={name} to={to} aria-current={name === here ? 'page' : undefined}>
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
