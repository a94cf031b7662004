/** Where the steps of a case type stand in its picture, and which way its lines go. */
import type { CaseType } from '#cases/model';
import type { Bilingual } from '#web/client';

type Step = CaseType['steps'][string];

export interface FlowBox {
  step: string;
  declared: Step;
  /** Steps before it on the longest way from the first. */
  rank: number;
  x: number;
  y: number;
  height: number;
}

export interface FlowLine {
  from: string;
  to: string;
  /** What leads there: titles of actions; none where it goes on by itself. */
  words: Bilingual[];
  /** Goes back to a step that stands before it. */
  back: boolean;
  path: string;
  label: { x: number; y: number };
}

export interface Flow {
  boxes: FlowBox[];
  lines: FlowLine[];
  width: number;
  height: number;
}

export const flowBox = {
  width: 232,
  head: 44,
  task: 42,
  clock: 22,
  figures: 52,
  foot: 10,
} as const;
const gap = { x: 132, y: 28 } as const;
const lane = 30;
const margin = 12;
/** Room at the left for lines that come back to the first step. */
const left = 48;
/** How far a line that goes round keeps from a box. */
const aside = 14;

interface Edge {
  from: string;
  to: string;
  words: Bilingual[];
}

/**
 * All ways from step to step, those of one pair together; `always` is told apart from the picture.
 */
export function edgesOf(type: CaseType): Edge[] {
  const edges = new Map<string, Edge>();
  const add = (from: string, to: string, words?: Bilingual): void => {
    const key = `${from} ${to}`;
    const edge = edges.get(key) ?? { from, to, words: [] };
    if (words && !edge.words.some((one) => one.zh === words.zh)) edge.words.push(words);
    edges.set(key, edge);
  };
  for (const [name, step] of Object.entries(type.steps)) {
    const actions = [
      ...Object.values(step.tasks).flatMap((task) => Object.values(task.actions)),
      ...Object.values(step.actions),
    ];
    for (const action of actions) {
      if (action.to !== undefined) add(name, action.to, action.title);
      else if (action.completes && step.next !== undefined) add(name, step.next, action.title);
    }
    if (step.next !== undefined) add(name, step.next);
  }
  return [...edges.values()].filter(({ from, to }) => from !== to);
}

/** Edges that close a circle, met first in the order things are declared. */
function backEdges(type: CaseType, edges: readonly Edge[]): Set<Edge> {
  const back = new Set<Edge>();
  const done = new Set<string>();
  const under = new Set<string>();
  const visit = (step: string): void => {
    under.add(step);
    for (const edge of edges.filter((one) => one.from === step)) {
      if (under.has(edge.to)) back.add(edge);
      else if (!done.has(edge.to)) visit(edge.to);
    }
    under.delete(step);
    done.add(step);
  };
  visit(type.start);
  return back;
}

/** Steps before each on the longest way that does not go back. */
export function ranksOf(type: CaseType): Map<string, number> {
  const edges = edgesOf(type);
  const back = backEdges(type, edges);
  const ranks = new Map(Object.keys(type.steps).map((name) => [name, 0]));
  // As many rounds as there are steps settle every way, for no way is longer.
  for (let round = 0; round < ranks.size; round += 1) {
    for (const edge of edges) {
      if (back.has(edge)) continue;
      const least = (ranks.get(edge.from) ?? 0) + 1;
      if ((ranks.get(edge.to) ?? 0) < least) ranks.set(edge.to, least);
    }
  }
  const last = Math.max(...ranks.values());
  // What ends stands at the end.
  for (const [name, step] of Object.entries(type.steps)) if (step.final) ranks.set(name, last);
  return ranks;
}

function heightOf(step: Step): number {
  const tasks = Object.values(step.tasks);
  const clocks =
    Object.keys(step.clocks).length +
    tasks.reduce((sum, task) => sum + Object.keys(task.clocks).length, 0);
  const figures = step.final ? 0 : flowBox.figures;
  return (
    flowBox.head + tasks.length * flowBox.task + clocks * flowBox.clock + figures + flowBox.foot
  );
}

function placed(type: CaseType, ranks: ReadonlyMap<string, number>, top: number): FlowBox[] {
  const bottoms = new Map<number, number>();
  return Object.entries(type.steps).map(([step, declared]) => {
    const rank = ranks.get(step) ?? 0;
    const y = bottoms.get(rank) ?? top;
    const height = heightOf(declared);
    bottoms.set(rank, y + height + gap.y);
    return { step, declared, rank, x: left + rank * (flowBox.width + gap.x), y, height };
  });
}

interface Ends {
  from: FlowBox;
  to: FlowBox;
}

/** A line to the next column, a soft bend between the two sides. */
function direct({ from, to }: Ends, shift: number) {
  const start = { x: from.x + flowBox.width, y: from.y + flowBox.head / 2 + shift };
  const end = { x: to.x, y: to.y + flowBox.head / 2 + shift };
  const middle = (start.x + end.x) / 2;
  return {
    path: `M${start.x} ${start.y} C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`,
    label: { x: middle, y: (start.y + end.y) / 2 },
  };
}

/**
 * A line that goes round, between the columns where no box stands: out at the side, along a lane of
 * its own above or below all boxes, and in at the left of the other.
 */
function around({ from, to }: Ends, y: number, back: boolean, place: number) {
  const beside = aside + (place % 4) * 7;
  const inset = flowBox.head / 2 + 10;
  const start = { x: back ? from.x : from.x + flowBox.width, y: from.y + inset };
  const end = { x: to.x, y: to.y + inset };
  const out = back ? start.x - beside : start.x + beside;
  const into = end.x - beside;
  const points = [
    [start.x, start.y],
    [out, start.y],
    [out, y],
    [into, y],
    [into, end.y],
  ];
  return {
    path: `M${points.map((point) => point.join(' ')).join(' L')} L${end.x} ${end.y}`,
    label: { x: (out + into) / 2, y },
  };
}

/** The picture of a case type: columns from the first step to the last, backward lines below. */
export function layoutFlow(type: CaseType): Flow {
  const edges = edgesOf(type);
  const ranks = ranksOf(type);
  const rankOf = (step: string): number => ranks.get(step) ?? 0;
  const known = edges.filter(({ to }) => type.steps[to] !== undefined);
  const isNext = (edge: Edge): boolean => rankOf(edge.to) === rankOf(edge.from) + 1;
  const isBack = (edge: Edge): boolean => rankOf(edge.to) <= rankOf(edge.from);
  const over = known.filter((edge) => !isNext(edge) && !isBack(edge));
  const under = known.filter(isBack);
  const top = margin + over.length * lane + (over.length > 0 ? lane / 2 : 0);
  const boxes = placed(type, ranks, top);
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const boxOf = new Map(boxes.map((box) => [box.step, box]));
  const lines = known.flatMap((edge): FlowLine[] => {
    const [from, to] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (!from || !to) return [];
    const ends = { from, to };
    const back = isBack(edge);
    const drawn = isNext(edge)
      ? direct(ends, 0)
      : back
        ? around(ends, bottom + lane * (under.indexOf(edge) + 1), true, under.indexOf(edge))
        : around(ends, top - lane * (over.indexOf(edge) + 1) + lane / 4, false, over.indexOf(edge));
    return [{ ...edge, back, ...drawn }];
  });
  const columns = Math.max(...boxes.map((box) => box.rank)) + 1;
  return {
    boxes,
    lines,
    width: left + margin + columns * flowBox.width + (columns - 1) * gap.x,
    height: bottom + lane * under.length + margin + (under.length > 0 ? lane / 2 : 0),
  };
}
