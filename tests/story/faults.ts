/**
 * Everything that was planted in what departments deliver, as the generator noted it, and how a
 * person puts each kind right. Nothing here knows of a check.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type RegistersTruth, readRegistersTruth, readTruth } from '#sample';
import { pack } from './stage.ts';

export interface Fault {
  kind: string;
  register: string;
  /** Key of the row. */
  key: string;
  /** What is true, in the words of the kind. */
  truth: string;
}

const storyFaults = ({ planted }: RegistersTruth): Fault[] =>
  planted.map((one) => ({
    kind: one.story,
    register: one.register,
    key: one.key,
    truth: 'real' in one ? one.real : '',
  }));

/** Reads everything that was planted in the files of a folder. */
export async function everyFault(dir: string): Promise<Fault[]> {
  const noted = readFileSync(join(dir, 'disagreements.ndjson'), 'utf8').split('\n');
  const { wrongOwners } = await readTruth(dir);
  return [
    ...noted.filter((line) => line !== '').map((line) => JSON.parse(line) as Fault),
    ...storyFaults(await readRegistersTruth(dir)),
    ...wrongOwners.map(({ comp_id: key, real }) => ({
      kind: 'wrong_owner',
      register: 'components',
      key,
      truth: real,
    })),
  ];
}

interface Contract {
  owner: string;
  key: string[];
  items: Record<string, { title: { zh: string } }>;
}

/** Read once: they are asked for every line of every ticket. */
const contracts = new Map<string, Contract>();

function contractOf(dataset: string): Contract {
  const known = contracts.get(dataset);
  if (known !== undefined) return known;
  const text = readFileSync(join(pack, 'datasets', `${dataset}.yaml`), 'utf8');
  const contract = parse(text) as Contract;
  contracts.set(dataset, contract);
  return contract;
}

/** What people call an item: the head of its column. */
export const titleOf = (dataset: string, item: string): string =>
  contractOf(dataset).items[item]?.title.zh ?? item;

export const keyTitle = (dataset: string): string =>
  titleOf(dataset, contractOf(dataset).key[0] ?? '');

interface PeopleFile {
  people: Record<string, { roles: { role: string; unit: string }[] }>;
}

/** Who answers for the data of a department. @throws Error when nobody does */
export function officerOf(dataset: string): string {
  const { owner } = contractOf(dataset);
  const files = readdirSync(join(pack, 'people')).map(
    (file) => parse(readFileSync(join(pack, 'people', file), 'utf8')) as PeopleFile,
  );
  const [found] = files
    .flatMap((file) => Object.entries(file.people))
    .find(([, { roles }]) =>
      roles.some(({ role, unit }) => role === 'source_officer' && unit === owner),
    ) ?? [undefined];
  if (found === undefined) throw new Error(`${owner} has no officer for ${dataset}`);
  return found;
}

/** A row of a file by the heads of its columns. */
export type Line = Record<string, string>;

/** How a row is put right; `item` is the head of the column its ticket is about. */
export const mends: Record<string, (line: Line, fault: Fault, item: string) => void> = {
  misspelt: (line, { truth: name }, item) => {
    line[item] = name;
  },
  moved: (line, { truth: village }, item) => {
    line[item] = village;
  },
  old_id: (line, { register, truth: id }, item) => {
    line[item] = id;
    line[titleOf(register, 'cert_type')] = '身份证';
  },
  expired: (line, _fault, item) => {
    line[item] = '2027-11-20';
  },
  dead_unreported: (line, { register, truth: day }) => {
    line[titleOf(register, 'status')] = '死亡注销';
    line[titleOf(register, 'changed_on')] = day;
  },
};

/**
 * Found, and not mended by a rule of this table: by a test of its own, by taking a row away, which
 * a file of changes cannot, or because its tickets hold rows of other causes too.
 */
export const mendedOtherwise: ReadonlySet<string> = new Set([
  'misspelt_address',
  'dead_drawing_aid',
  'beneficiary_owns_firm',
  'double_allowance',
  'wrong_credit_code',
  'wrong_owner',
  'wrong_code',
  'duplicate',
]);

/** Rows as a file that is sent. */
export function written(lines: readonly Line[]): string {
  const head = Object.keys(lines[0] ?? {});
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return [head, ...lines.map((line) => head.map((title) => line[title] ?? ''))]
    .map((cells) => cells.map(cell).join(','))
    .join('\r\n');
}
