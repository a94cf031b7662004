/** Whom the items of a row tell of, as the contract declares it. */
import { type Contract, type SemanticName, semantics } from '#catalogue';

export const personNumber: SemanticName = 'citizen_id';

type Item = Contract['items'][number];

const isPersonal = ({ semantic }: Item): boolean =>
  semantic !== undefined && semantics[semantic].personal !== undefined;

/**
 * Whether an item may be shown to the person whose number stands in `about` as what tells of him:
 * it says so itself, or the row is about him. Of a row about a thing (a car, a marriage) he sees
 * what is no person's; of a row about somebody else nothing. What is in doubt is another's.
 */
export function isHis(contract: Pick<Contract, 'subject'>, item: Item, about: string): boolean {
  if (item.name === about) return true;
  if (item.semantic === personNumber) return false;
  const subject = item.subject ?? contract.subject;
  return subject === null ? !isPersonal(item) : subject === about;
}
