import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CaseType, caseType } from '#cases/model';
import { edgesOf, flowBox, layoutFlow, ranksOf } from './flow-layout.ts';

const packs = join(import.meta.dirname, '../../../../packs/district/cases');
const typeOf = (name: string): CaseType =>
  caseType.parse(parse(readFileSync(join(packs, `${name}.yaml`), 'utf8')));

describe.each(['correction', 'city-event'])('the picture of %s', (name) => {
  const type = typeOf(name);
  const flow = layoutFlow(type);

  test('every step has a box of its own, none over another', () => {
    expect(flow.boxes.map((box) => box.step)).toEqual(Object.keys(type.steps));
    for (const one of flow.boxes) {
      for (const other of flow.boxes.filter((box) => box !== one)) {
        const besides = Math.abs(one.x - other.x) >= flowBox.width;
        const below = one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect({ one: one.step, other: other.step, apart: besides || below }).toMatchObject({
          apart: true,
        });
      }
    }
  });

  test('every way is a line, inside the picture, with its words', () => {
    const ways = flow.lines.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(ways).size).toBe(ways.length);
    expect(ways).toEqual(edgesOf(type).map(({ from, to }) => `${from} ${to}`));
    for (const line of flow.lines) {
      const numbers = line.path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      const ys = numbers.filter((_, at) => at % 2 === 1);
      expect(Math.max(...ys)).toBeLessThanOrEqual(flow.height);
      expect(line.label.x).toBeLessThanOrEqual(flow.width);
    }
  });

  test('the first step stands first, what ends stands last', () => {
    const ranks = ranksOf(type);
    expect(ranks.get(type.start)).toBe(0);
    const last = Math.max(...ranks.values());
    for (const [step, { final }] of Object.entries(type.steps)) {
      expect({ step, last: ranks.get(step) === last && !final }).toMatchObject({ last: false });
    }
  });
});

test('a correction that fails its recheck goes back', () => {
  const flow = layoutFlow(typeOf('correction'));
  const back = flow.lines.find((line) => line.from === 'recheck' && line.to === 'mend');
  expect(back?.back).toBe(true);
  expect(back?.words.map((words) => words.zh)).toEqual(['复查未通过，退回整改']);
});
