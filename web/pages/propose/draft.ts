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
