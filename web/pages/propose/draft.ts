/** Corrections of a draft: every one gives a new draft, references kept in step. */
import type { Proposal, ProposalCheck, ProposedContract, ProposedItem } from '#ingest/model';

export type Correct = (change: (draft: Proposal) => Proposal) => void;

export const withContract =
  (part: Partial<ProposedContract>) =>
  (draft: Proposal): Proposal => ({ ...draft, contract: { ...draft.contract, ...part } });

/** Changes an item; what is set to `undefined` goes. */
export const withItem =
  (at: number, part: { [K in keyof ProposedItem]?: ProposedItem[K] | undefined }) =>
  (draft: Proposal): Proposal => {
    const items = draft.contract.items.map((item, place) =>
      place === at ? cleaned({ ...item, ...part }) : item,
    );
    return withContract({ items })(draft);
  };

const cleaned = (item: object): ProposedItem =>
  Object.fromEntries(
    Object.entries(item).filter(([, value]) => value !== undefined),
  ) as ProposedItem;

/** As the catalogue compares headers: case, width and spaces make no difference. */
const normal = (header: string): string =>
  header.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();

/** Another title: the header of the file stays known beside it. */
export const titled =
  (at: number, zh: string, header: string) =>
  (draft: Proposal): Proposal => {
    const item = draft.contract.items[at];
    if (item === undefined) return draft;
    const { [header]: _, ...others } = draft.contract.headers ?? {};
    const headers = normal(zh) === normal(header) ? others : { ...others, [header]: item.name };
    return withContract({ headers })(withItem(at, { title: { ...item.title, zh } })(draft));
  };

/** The draft without the columns that are not to be taken; `headers` in the order of the items. */
export function taken(draft: Proposal, left: ReadonlySet<number>, headers: readonly string[]) {
  if (left.size === 0) return draft;
  const { key, unit_item, ...rest } = draft.contract;
  const items = rest.items.filter((_, at) => !left.has(at));
  const names = new Set(items.map(({ name }) => name));
  const kept = (key ?? []).filter((name) => names.has(name));
  const known = Object.entries(rest.headers ?? {}).filter(([, name]) => names.has(name));
  const contract: ProposedContract = {
    ...rest,
    items,
    mode: kept.length === 0 && rest.mode === 'merge' ? 'full' : rest.mode,
    headers: Object.fromEntries(known),
    ignore_headers: [
      ...(rest.ignore_headers ?? []),
      ...[...left].map((at) => headers[at] ?? '').filter((header) => header !== ''),
    ],
    ...(kept.length === 0 ? {} : { key: kept }),
    ...(unit_item !== undefined && names.has(unit_item) ? { unit_item } : {}),
  };
  return { ...draft, contract };
}

/** A new name goes wherever the old one stood: key, unit item, evidence. */
export const renamed =
  (at: number, name: string) =>
  (draft: Proposal): Proposal => {
    const old = draft.contract.items[at]?.name;
    if (old === undefined) return draft;
    const { key, unit_item } = draft.contract;
    const { [old]: why, ...evidence } = draft.evidence;
    const contract: ProposedContract = {
      ...draft.contract,
      items: draft.contract.items.map((item, place) => (place === at ? { ...item, name } : item)),
      ...(key === undefined ? {} : { key: key.map((one) => (one === old ? name : one)) }),
      ...(unit_item === old ? { unit_item: name } : {}),
      headers: Object.fromEntries(
        Object.entries(draft.contract.headers ?? {}).map(([header, item]) => [
          header,
          item === old ? name : item,
        ]),
      ),
    };
    return { ...draft, contract, evidence: why ? { ...evidence, [name]: why } : evidence };
  };

/** Puts an item into the key or takes it out; without a key every delivery is the whole. */
export const keyed =
  (at: number, inKey: boolean) =>
  (draft: Proposal): Proposal => {
    const name = draft.contract.items[at]?.name ?? '';
    const { key: before = [], mode, ...rest } = draft.contract;
    const key = inKey ? [...before, name] : before.filter((one) => one !== name);
    const items = rest.items.map((item, place) =>
      place === at && inKey ? { ...item, required: true } : item,
    );
    const contract: ProposedContract = {
      ...rest,
      items,
      mode: key.length === 0 ? 'full' : mode === 'full' ? 'merge' : mode,
      ...(key.length === 0 ? {} : { key }),
    };
    return { ...draft, contract };
  };

type FoundFault = ProposalCheck['faults'][number];

/** Faults by the name of the item they are shown at; the others under the empty name. */
export function faultsByItem(faults: readonly FoundFault[]): Map<string, FoundFault[]> {
  const found = new Map<string, FoundFault[]>();
  for (const fault of faults) {
    const [first, item = ''] = (fault.item ?? '').split('.');
    const name = first === 'items' ? item : '';
    found.set(name, [...(found.get(name) ?? []), fault]);
  }
  return found;
}
