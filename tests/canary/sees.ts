/**
 * Who may see what, once more and naively: from the policy's file and the words of
 * docs/concepts/gate.md, one cell at a time. It knows nothing of the gate's code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Canary, pack } from './plant.ts';
import type { Reader } from './stage.ts';

const policy = z.object({
  lines: z.array(
    z.object({
      roles: z.array(z.string()),
      grades: z.array(z.string()),
      types: z.array(z.string()).optional(),
      purposes: z.array(z.string()).optional(),
      own: z.boolean().optional(),
      view: z.string(),
    }),
  ),
});
const { lines } = policy.parse(parse(readFileSync(join(pack, 'policies/grades.yaml'), 'utf8')));

/** True when this person, browsing, may be told the value as it is. */
export function seesPlain(
  who: Pick<Reader, 'roles' | 'permissions'>,
  { dataset, grade, semantic, unit }: Canary,
): boolean {
  if (!who.permissions.has('gate.read')) return false;
  return who.roles.some((held) => {
    const owns = held.unit === dataset.owner;
    const isDistrict = held.path === held.unit;
    const isBelow =
      unit !== null && (/^\d+$/.test(held.unit) ? unit.startsWith(held.unit) : unit === held.unit);
    if (!isDistrict && !owns && !isBelow) return false;
    const said = lines
      .filter(({ roles }) => roles.includes('*') || roles.includes(held.role))
      .filter(({ grades }) => grades.includes(grade))
      .filter(({ types }) => types === undefined || types.includes(semantic ?? ''))
      .filter(({ purposes }) => purposes === undefined || purposes.includes('browse'))
      .filter((line) => line.own !== true || owns)
      .map(({ view }) => view);
    return said.length > 0 && said.every((view) => view === 'plain');
  });
}
