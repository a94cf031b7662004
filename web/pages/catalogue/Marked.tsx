/** A text with the words of a search marked in it. */
import type { ReactNode } from 'react';
import type { Line } from '#catalogue/model';

type Hit = Line['hits'][number];

export function Marked({ text, hit }: { text: string; hit: Hit | undefined }): ReactNode {
  if (hit === undefined) return text;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of hit.ranges) {
    parts.push(hit.text.slice(at, from));
    parts.push(<mark key={from}>{hit.text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {hit.text.slice(at)}
    </>
  );
}

/** The hit in one field whose text is the one that is shown. */
export const hitOf = (line: Line, field: Hit['field'], text: string): Hit | undefined =>
  line.hits.find((hit) => hit.field === field && hit.text === text);
