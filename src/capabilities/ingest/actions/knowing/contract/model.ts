/** What is proposed for a dataset: the contract as its file would say it, and why. */
import type { Item } from '#catalogue';
import type { Bilingual } from '#kernel/errors';

/** The part of a contract's item that a proposal decides. */
export type ProposedItem = Pick<
  Item,
  | 'name'
  | 'title'
  | 'type'
  | 'semantic'
  | 'grade'
  | 'required'
  | 'pattern'
  | 'codes'
  | 'min'
  | 'max'
  | 'format'
  | 'empty'
  | 'example'
>;

export interface ProposedContract {
  title: Bilingual;
  description: Bilingual;
  owner: string;
  source: { system: string };
  theme: string;
  layer: 'raw';
  share: { type: 'conditional'; condition: string; mode: ['query'] };
  open: { type: 'none'; clause: string };
  cycle: 'irregular';
  mode: 'full' | 'merge';
  key?: string[];
  unit_item?: string;
  items: ProposedItem[];
  ignore_headers?: string[];
}

/** Why a line is as it is, by item and key: `evidence.comp_id.semantic`. */
export type ItemEvidence = Partial<Record<keyof ProposedItem | 'column', Bilingual>>;

export interface Proposal {
  /** Name of the dataset, the stem of its file. */
  name: string;
  contract: ProposedContract;
  evidence: Record<string, ItemEvidence>;
  /** Why the key and the unit item are as they are. */
  about: { key: Bilingual; unit_item: Bilingual; rows: Bilingual };
  /** What stands in the way of a delivery of this file, e.g. two headers that are the same. */
  faults: Bilingual[];
}
