/** Nouns of the organisation: units of both trees, roles, accounts. */
import { z } from 'zod';

export const unitLevels = [
  'district',
  'town',
  'village',
  'grid',
  'building',
  'room',
  'department',
] as const;

export const unitLevelSchema = z
  .enum(unitLevels)
  .describe('Level of a unit; departments and owners of components stand beside the towns');

export type UnitLevel = z.output<typeof unitLevelSchema>;

export const unitSchema = z
  .strictObject({
    code: z.string().describe('Division code, or district code and a short name for departments'),
    path: z.string().describe('Codes from the district down, joined by /'),
    name: z.string(),
    nameEn: z.string().optional(),
    fullName: z.string().optional().describe('Official name where it differs (霞江村委会)'),
    level: unitLevelSchema,
    parent: z.string().nullable(),
    zone: z.boolean().describe('A functional zone: real, but not counted among the towns'),
    company: z.boolean().describe('A public company or crew: handles, is no department'),
    staff: z.boolean().describe('In the staff tree: accounts can be attached'),
    generated: z.boolean().describe('Made up for the demonstration (示意)'),
    source: z.string().describe('Where code and name come from'),
  })
  .describe('A unit of the staff tree, of the governance tree, or of both')
  .meta({
    example: {
      code: '330109004223',
      path: '330109/330109004/330109004223',
      name: '霞江村',
      nameEn: 'Xiajiang Village',
      fullName: '霞江村委会',
      level: 'village',
      parent: '330109004',
      zone: false,
      company: false,
      staff: true,
      generated: false,
      source: '国家统计局统计用区划代码 2023',
    },
  });

export type Unit = z.output<typeof unitSchema>;

const title = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** 三员: system, security and audit administrator. */
export const duties = ['system', 'security', 'audit'] as const;
export type Duty = (typeof duties)[number];

export const roleSchema = z
  .strictObject({
    name: z.string(),
    title,
    permissions: z.array(z.string()),
    exclusiveWith: z.array(z.string()).describe('Roles the same person may not hold'),
    levels: z.array(unitLevelSchema).describe('Levels of units in which it may be held'),
    duty: z.enum(duties).nullable().describe('Which of the three administrators it is'),
    sealed: z.boolean().describe('Its holders work in a sealed compartment'),
  })
  .describe('A role: what its holder may do, within the subtree of the unit it is held in');

export type Role = z.output<typeof roleSchema>;

export const heldRoleSchema = z.strictObject({
  role: z.string().describe('Name of the role'),
  unit: z.string().describe('Code of the unit it is held in'),
});

export type HeldRole = z.output<typeof heldRoleSchema>;

export const roleChangeSchema = z
  .strictObject({
    id: z.uuid(),
    account: z.string().describe('Whose roles change'),
    name: z.string().describe('Name of the person, masked'),
    unitName: z.string().describe('Where the person works'),
    before: z.array(heldRoleSchema).describe('Roles held when it was proposed'),
    after: z.array(heldRoleSchema).describe('Roles held once it is confirmed'),
    reason: z.string().describe('Why'),
    state: z.enum(['proposed', 'confirmed', 'rejected', 'replaced']),
    proposedBy: z.string().describe('Account of the system administrator'),
    proposedAt: z.iso.datetime(),
    decidedBy: z.string().nullable().describe('Account of the security administrator'),
    decidedAt: z.iso.datetime().nullable(),
    answer: z.string().nullable().describe('Why it was rejected'),
  })
  .describe('A change of roles, which needs two people');

export type RoleChange = z.output<typeof roleChangeSchema>;

export const identityClaimSchema = z
  .strictObject({
    account: z.string().describe('Whose account it is said to be'),
    name: z.string().describe('Name of the account, masked'),
    unitName: z.string().describe('Where the account belongs'),
    claimedBy: z.string().describe('Account of the first of the two'),
    claimedAt: z.iso.datetime(),
    mayConfirm: z.boolean().describe('Whoever asks may be the second'),
  })
  .describe('An account whose person one has seen, and a second has to see');

export type IdentityClaim = z.output<typeof identityClaimSchema>;

export const unitRateSchema = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    nameEn: z.string().nullable(),
    level: unitLevelSchema,
    open: z.int().describe('Accounts that are not closed'),
    able: z.int().describe('Of them with a password set'),
    active: z.int().describe('Of them signed in within `account_active_days`'),
  })
  .describe('Accounts of one unit and all below it');

export type UnitRate = z.output<typeof unitRateSchema>;

export const lookSchema = z
  .strictObject({
    at: z.iso.datetime().describe('When'),
    unit: z.string().describe('Unit of the reader'),
    role: z.string().describe('Role of the reader, in Chinese'),
    roleEn: z.string().describe('Role of the reader, in English'),
    dataset: z.string().nullable().describe('Which data'),
    purpose: z.string().nullable().describe('Why, in the words the reader gave'),
    action: z.string().describe('What was done with it'),
  })
  .describe('One reading of data about the person who asks; no name of the reader');

export type Look = z.output<typeof lookSchema>;

export const accountSchema = z
  .strictObject({
    id: z.string().describe('Login name; never given to a second person'),
    name: z.string().describe('Name of the person, masked but for the account itself'),
    unit: z.string().describe('Code of the unit where the person works'),
    unitName: z.string(),
    roles: z.array(
      z.strictObject({ role: z.string(), title, unit: z.string(), unitName: z.string() }),
    ),
    activated: z.boolean().describe('A password was set: the person can sign in'),
    identity: z
      .enum(['none', 'claimed', 'bound'])
      .describe('Whether two people have said whose account it is, one, or nobody'),
    disabled: z.boolean(),
    demo: z.boolean(),
    lastSignIn: z.iso.datetime().nullable().describe('When the person last signed in'),
    version: z.int(),
  })
  .describe('An account of a person');

export type AccountView = z.output<typeof accountSchema>;

/**
 * Compound surnames that stay whole when a name is masked; the commonest of the name statistics.
 */
const compound = ['欧阳', '上官', '司马', '诸葛', '司徒', '东方', '皇甫', '尉迟', '公孙', '令狐'];

/** 王小明 -> 王**, 欧阳娜 -> 欧阳**: how names of persons are shown by default. */
export function maskName(name: string): string {
  const surname = compound.find((one) => name.startsWith(one)) ?? [...name][0] ?? '';
  return `${surname}**`;
}

/** Whether a code is one of a division: those below it begin with it; any other stands alone. */
export const isDivision = (code: string): boolean => /^\d+$/.test(code);

/** Whether one of these roles is held in a department, which works for the whole district. */
export const worksForDistrict = (roles: readonly { unit: string }[]): boolean =>
  roles.some((held) => !isDivision(held.unit));

/** What a login name looks like. */
export const loginPattern = /^[a-z][a-z0-9_]{1,31}$/;

/** Most characters of the name of a person. */
export const longestName = 64;

type Exclusive = Pick<Role, 'name' | 'title' | 'exclusiveWith'>;

/**
 * The first two of `held` that exclude one another, by their titles; the order of `held` does not
 * matter.
 */
export function exclusionAmong(
  held: readonly string[],
  known: readonly Exclusive[],
): { role: string; other: string } | undefined {
  const roles = known.filter((role) => held.includes(role.name));
  for (const role of roles) {
    const other = roles.find(
      (one) => role.exclusiveWith.includes(one.name) || one.exclusiveWith.includes(role.name),
    );
    if (other) return { role: role.title.zh, other: other.title.zh };
  }
  return undefined;
}

/**
 * The first role of `theirs` that excludes, or is excluded by, one of `ours`, by their titles:
 * what two people may not be in one person, neither may reach through the other's account.
 */
export function exclusionBetween(
  theirs: readonly string[],
  ours: readonly string[],
  known: readonly Exclusive[],
): { role: string; other: string } | undefined {
  for (const name of theirs) {
    for (const other of ours) {
      const clash = name === other ? undefined : exclusionAmong([name, other], known);
      const title = known.find((role) => role.name === name)?.title.zh;
      if (clash) return clash.role === title ? clash : { role: clash.other, other: clash.role };
    }
  }
  return undefined;
}
