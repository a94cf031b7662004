/**
 * What a trial needs around the one thing it tries: contracts, a district, roles, a policy, grants,
 * and the world in which they stand.
 */
import type { Capability } from '#kernel/capability';
import { applyFiles } from './packs.ts';
import { type TestWorld, testWorld, type WorldOptions } from './world.ts';

/** An item; a text of L1 unless said otherwise. */
export interface TrialItem {
  title?: { zh: string; en: string };
  type?: string;
  grade?: 'L1' | 'L2' | 'L3' | 'L4';
  semantic?: string;
  required?: true;
  example?: string;
}

/**
 * A contract that is whole: of the district, delivered daily, keyed by nothing.
 * @param more what differs, and what it has beside
 */
export const trialContract = (
  items: Readonly<Record<string, TrialItem>>,
  more: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({
    title: { zh: '登记', en: 'Register' },
    description: { zh: '登记', en: 'Register' },
    owner: '330109',
    theme: '试',
    layer: 'standard',
    share: { type: 'conditional', condition: '履职', mode: ['api'] },
    open: { type: 'none', clause: '试' },
    cycle: 'daily',
    mode: 'full',
    ...more,
    items: Object.fromEntries(
      Object.entries(items).map(([name, item]) => [
        name,
        { title: { zh: name, en: name }, type: 'text', grade: 'L1', ...item },
      ]),
    ),
  });

/** A line of a policy; for everybody unless said otherwise. */
export interface TrialLine {
  roles?: readonly string[];
  grades: readonly TrialItem['grade'][];
  view: 'plain' | 'masked' | 'generalised' | 'hashed' | 'counted' | 'absent';
  types?: readonly string[];
  purposes?: readonly string[];
  own?: true;
  mask?: string;
  least?: number;
}

/** A policy of lines by id, in their order. */
export const trialPolicy = (lines: Readonly<Record<string, TrialLine>>): string =>
  JSON.stringify({
    title: { zh: '规则', en: 'Policy' },
    source: '试',
    lines: Object.entries(lines).map(([id, line]) => ({
      ...{ id, roles: ['*'], ...line, because: { zh: '试', en: 'trial' } },
    })),
  });

/** A role that may be held on every level. */
export const trialRole = (...permissions: readonly string[]): string =>
  JSON.stringify({
    title: { zh: '甲', en: 'A' },
    description: { zh: '甲', en: 'A' },
    levels: ['district', 'town', 'village', 'department'],
    permissions,
  });

const columns = 'code,name,name_en,full_name,level,parent,zone,company,generated,source';

/** The district and these of its units, each told by its code what it is. */
function unitsFile(codes: readonly string[]): string {
  const rows = ['330109', ...codes].map((code) => {
    const [level, parent] =
      code === '330109'
        ? ['district', '']
        : code.includes('-')
          ? ['department', '330109']
          : code.length === 9
            ? ['town', '330109']
            : ['village', code.slice(0, 9)];
    return `${code},单位${code},,,${level},${parent},,,,试`;
  });
  return [columns, ...rows, ''].join('\n');
}

export interface Trial {
  /** Codes of units under the district. */
  units?: readonly string[];
  /** Roles that may read. */
  roles?: readonly string[];
  policy?: Readonly<Record<string, TrialLine>>;
  /** Contracts by dataset. */
  datasets: Readonly<Record<string, string>>;
}

/** The files of a pack in which all this stands. */
export const trialFiles = ({ units, roles, policy, datasets }: Trial): Record<string, string> => ({
  'units/all.csv': unitsFile(units ?? []),
  ...Object.fromEntries(
    (roles ?? []).map((name) => [`roles/${name}.yaml`, trialRole('gate.read')]),
  ),
  ...(policy ? { 'policies/grades.yaml': trialPolicy(policy) } : {}),
  ...Object.fromEntries(
    Object.entries(datasets).map(([name, contract]) => [`datasets/${name}.yaml`, contract]),
  ),
});

/**
 * A world in which the files are applied and the rows stand.
 * @param rows SQL by dataset
 */
export async function trialWorld(
  capabilities: readonly Capability[],
  files: Readonly<Record<string, string>>,
  rows: Readonly<Record<string, string>> = {},
  options: Omit<WorldOptions, 'capabilities'> = {},
): Promise<TestWorld> {
  const world = await testWorld({ ...options, capabilities });
  await applyFiles(world.ctx, capabilities, files);
  for (const [dataset, sql] of Object.entries(rows)) {
    await world.ctx.lake.commit(world.ctx, { dataset, sql, batch: `first of ${dataset}` });
  }
  await world.drain();
  return world;
}

/** A grant that has nothing against it: approved, and of no end in sight. */
export const trialGrant = <
  Grant extends { grantee: string; dataset: string; items: string[]; purpose: string },
>(
  grant: Grant,
) => ({ expiresAt: '2099-01-01T00:00:00.000Z', approvedBy: 'case/1', ...grant });

/** A contract of `id` and `area`, merged by `id` unless said otherwise. */
export const contractOf = (mode = 'merge', more = ''): string => `title: {zh: 井盖, en: Covers}
description: {zh: 井盖登记, en: Register of covers}
owner: 330109-zhzf
theme: 城市治理
layer: raw
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: ${mode}
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  area: {title: {zh: 面积, en: Area}, type: 'decimal(12,3)', grade: L1}
${more}`;

/** Every type that a careless road would change on its way. */
export const oddContract = contractOf(
  'merge',
  `  money: {title: {zh: 金额, en: Money}, type: 'decimal(38,10)', grade: L1}
  seen: {title: {zh: 时刻, en: Seen}, type: timestamp, grade: L1}
  day: {title: {zh: 日期, en: Day}, type: date, grade: L1}
  flag: {title: {zh: 是否, en: Flag}, type: boolean, grade: L1}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  big: {title: {zh: 大数, en: Big}, type: integer, grade: L1}
  exact: {title: {zh: 浮点, en: Exact}, type: text, grade: L1}
  bytes: {title: {zh: 字节, en: Bytes}, type: text, grade: L1}
`,
);
