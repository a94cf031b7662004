/** Whether a whole value can be a name or an address, in a column that is said to hold them. */
import { lexicon } from './lexicon.ts';
import { plainOf } from './plain.ts';

const foreign = /^[\p{Script=Han}]{1,8}(?:·[\p{Script=Han}]{1,12}){1,3}$/u;
const spelt = /^\p{Script=Han}{2,4}$/u;
const masked = /^\p{Script=Han}{1,2}[*某]{1,2}$/u;
const body = /[路街巷弄村镇乡区港桥河局部厂店站社所院校组班队室处科]$/;

/** The value is built like the name of a person; words of the language are none. */
export function isName(value: string): boolean {
  const text = plainOf(value).text.replaceAll(' ', '');
  if (foreign.test(text) || masked.test(text)) return true;
  if (!spelt.test(text)) return false;
  const { surnames, words } = lexicon();
  const family = [2, 1].find((size) => surnames.has(text.slice(0, size)));
  if (family === undefined) return false;
  const given = text.length - family;
  if (given < 1 || given > 2) return false;
  const word = words.get(text);
  if (word !== undefined) return /^nr/.test(word.tag) || word.cost > 13;
  return !(given === 2 && body.test(text));
}

const parts =
  /(?:路|街|巷|弄|大道|国道|省道|号|幢|栋|单元|室|小区|花园|新村|公寓|村|社区|组|镇|乡|街道|苑)/g;

/** The value names a place by two of its parts, or by one with a number. */
export function mayBeAddress(value: string): boolean {
  const text = plainOf(value).text;
  if (text.length < 4 || text.length > 120 || /[。;!?！？；]/.test(text)) return false;
  const found = new Set(text.match(parts) ?? []);
  return found.size >= 2 || (found.size === 1 && /\d/.test(text));
}
