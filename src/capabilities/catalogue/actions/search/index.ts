/** Search of the catalogue: Chinese, pinyin, initials, synonyms; facets with counts; pages. */
import type { Ctx } from '#kernel/context';
import { catalogueErrors } from '../../errors.ts';
import {
  type Facets,
  grades,
  type Hit,
  type Line,
  type SearchInput,
  type SearchResult,
} from '../../model.ts';
import { mayKnow } from '../known.ts';
import { type Standing, standings, unheld } from '../standing.ts';
import { currentShelf } from './current.ts';
import { rangesIn } from './highlight.ts';
import { type Card, type Filters, type Found, facetNames, wordsOf } from './shelf.ts';

const gradeOrder: readonly string[] = grades;

/** Items named in a line: enough to see why it was found. */
const mostItems = 5;

function facetsOf(found: Found): Facets {
  const list = (name: (typeof facetNames)[number]) =>
    [...found.facets[name]].map(([value, count]) => ({
      value,
      title: name === 'owner' ? (found.owners.get(value) ?? value) : value,
      count,
    }));
  const byCount = (name: (typeof facetNames)[number]) =>
    list(name).toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    theme: byCount('theme'),
    owner: byCount('owner'),
    grade: list('grade').toSorted(
      (a, b) => gradeOrder.indexOf(a.value) - gradeOrder.indexOf(b.value),
    ),
    layer: byCount('layer'),
    share: byCount('share'),
  };
}

/** Where the words stand in what a line shows; of the items the first that hold one. */
function hitsOf(card: Card, { variants, held }: Found): { hits: Hit[]; items: number } {
  if (variants.length === 0) return { hits: [], items: 0 };
  const hit = (field: Hit['field'], text: string, name: string | null = null): Hit[] => {
    const ranges = held(text) ? rangesIn(text, variants) : [];
    return ranges.length === 0 ? [] : [{ field, name, text, ranges }];
  };
  const items = card.items.flatMap((item) => {
    const [first] = [
      ...hit('item', item.title.zh, item.name),
      ...hit('item', item.title.en, item.name),
      ...hit('item', item.name, item.name),
      ...hit('item', item.meaning, item.name),
      ...item.codes.flatMap((code) => hit('item', code, item.name)),
    ];
    return first === undefined ? [] : [first];
  });
  const hits = [
    ...hit('title', card.title.zh),
    ...hit('title', card.title.en),
    ...hit('name', card.name),
    ...hit('name', card.code),
    ...hit('owner', card.ownerName),
    ...hit('theme', card.theme),
    ...hit('description', card.description.zh),
    ...hit('description', card.description.en),
    ...items.slice(0, mostItems),
  ];
  return { hits, items: items.length };
}

function lineOf(card: Card, found: Found, standing: Standing): Line {
  const { opened: _, sealedFor: __, system: ___, code, items, ...shown } = card;
  const { hits, items: held } = hitsOf(card, found);
  return {
    ...shown,
    code: code === '' ? null : code,
    items: items.length,
    ...standing,
    hits,
    found: held,
  };
}

/** The place behind which a page begins: what the last line was worth, and its name. */
function afterOf(after: string | undefined): { score: number; name: string } | null {
  if (after === undefined) return null;
  const [, score, name] = /^(\d{1,6})\.([a-z][a-z0-9_]*)$/.exec(after) ?? [];
  if (score === undefined || name === undefined) throw catalogueErrors.make('bad_page', { after });
  return { score: Number(score), name };
}

const filtersOf = (input: SearchInput): Filters =>
  Object.fromEntries(
    facetNames.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );

/**
 * Resources that hold every word, best first (title before name before owner and theme before items
 * before descriptions), and of those only what the viewer may know of. The counts of a facet are
 * those of the other filters: what each value would give.
 * @throws catalogue.bad_page
 */
export async function searchDatasets(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  const after = afterOf(input.after);
  const shelf = await currentShelf(ctx);
  const known = mayKnow(ctx.actor);
  const found = shelf.find(wordsOf(input.q), filtersOf(input), known);
  const rest =
    after === null
      ? found.cards
      : found.cards.filter(
          ({ card, score }) =>
            score < after.score || (score === after.score && card.name > after.name),
        );
  const page = rest.slice(0, input.limit);
  const standing = await standings(
    ctx,
    page.map(({ card }) => card),
  );
  const resources = page.map(({ card }, at) => lineOf(card, found, standing[at] ?? unheld));
  const last = page.at(-1);
  const next =
    rest.length > page.length && last !== undefined ? `${last.score}.${last.card.name}` : null;
  return { resources, total: found.cards.length, next, facets: facetsOf(found) };
}
