/** Columns of a table of units: their score, its families, and of how many resources. */
import type { ScoredUnit } from '#quality/model';
import { useText } from '#web/client';
import { type Column, figure } from '#web/parts';
import { percent, points } from './data.ts';
import { useSaid } from './Families.tsx';
import { text } from './text.ts';

interface Line {
  score: number | null;
  families: readonly Pick<ScoredUnit['families'][number], 'rate'>[];
  datasets: number;
}

/** The families in the order of the lines, each with its title in the reader's language. */
export type Titled = readonly { family: string; title: string }[];

export function useScoreColumns<L extends Line>(families: Titled): Column<L>[] {
  const t = useText(text);
  const said = useSaid();
  return [
    {
      key: 'score',
      title: t('score'),
      number: true,
      render: ({ score }) => said(t('score'), <b>{points(score)}</b>),
    },
    ...families.map(
      ({ family, title }, at): Column<L> => ({
        key: family,
        title,
        number: true,
        render: (line) => said(title, percent(line.families[at]?.rate ?? null)),
      }),
    ),
    {
      key: 'datasets',
      title: t('resources'),
      number: true,
      render: ({ datasets }) => said(t('resources'), figure(datasets)),
    },
  ];
}
