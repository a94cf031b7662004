/** What a proposal is made of: the nouns of the capability, where its parts look for them. */
export type {
  ItemEvidence,
  Proposal,
  ProposedContract,
  ProposedItem,
} from '../../../model.ts';
