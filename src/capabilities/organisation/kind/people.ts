/** Kind `people`: accounts opened in bulk. Passwords in a file are for demonstrations only. */
import { z } from 'zod';
import { hashPassword, personHash } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { requireApart } from '../actions/roles.ts';
import { organisationErrors } from '../errors.ts';
import { exclusionAmong, type HeldRole } from '../model.ts';
import * as store from '../store.ts';
import type { RoleFile } from './roles.ts';
import { unitKnown } from './units.ts';

const personSchema = z.strictObject({
  name: z.string().min(1).describe('Name of the person; invented ones in demonstrations'),
  unit: z.string().describe('Code of the unit where the person works'),
  roles: z
    .array(z.strictObject({ role: z.string(), unit: z.string() }))
    .describe('Roles, each in the unit whose subtree it reaches'),
  identity: z
    .string()
    .regex(/^\d{17}[\dX]$/)
    .optional()
    .describe('Invented citizen id; only its keyed hash is kept. With demo: true only'),
  switcher: z
    .int()
    .min(1)
    .optional()
    .describe('Place in the demo role switcher; absent: not there'),
});

export const peopleFileSchema = z
  .strictObject({
    demo: z.boolean().default(false).describe('These people can do nothing outside of demo mode'),
    password: z
      .string()
      .min(8)
      .optional()
      .describe('First password of all of them; with demo: true only'),
    people: z.record(z.string().regex(/^[a-z][a-z0-9_]{1,31}$/), personSchema),
  })
  .refine(
    (file) => file.demo || Object.values(file.people).every((one) => one.identity === undefined),
    {
      path: ['people'],
      message: '只有 demo: true 才能写证件号 / an identity is allowed with demo: true only',
    },
  )
  .refine((file) => file.demo || file.password === undefined, {
    path: ['password'],
    message: '只有 demo: true 才能写密码 / a password is allowed with demo: true only',
  });

export type PeopleFile = z.output<typeof peopleFileSchema>;

export const people: PackKind = {
  name: 'people',
  title: { zh: '人员账号', en: 'People' },
  format: 'yaml',
  schema: peopleFileSchema,
  after: ['units', 'roles'],
  check: async (file, index) =>
    Object.keys((file.data as PeopleFile).people).flatMap((id) => personFaults(file, id, index)),
  apply: applyPeople,
  remove: async (ctx, from) => store.closePackAccounts(ctx, from, []),
};

function personFaults(file: PackFile, id: string, index: PackIndex): Fault[] {
  const person = (file.data as PeopleFile).people[id];
  if (person === undefined) return [];
  const at = (...path: (string | number)[]) => {
    const line = file.lineOf(['people', id, ...path]);
    const item = ['people', id, ...path].join('.');
    return { file: placeOf(file), item, ...(line === undefined ? {} : { line }) };
  };
  const faults: Fault[] = [];
  if (unitKnown(index, person.unit) === undefined) {
    faults.push(organisationErrors.fault('no_unit', at('unit'), { code: person.unit }));
  }
  for (const [place, held] of person.roles.entries()) {
    faults.push(...heldFaults(file, held, at('roles', place), index));
  }
  const known = knownRoles(index);
  const clash = exclusionAmong(
    person.roles.map((held) => held.role),
    known,
  );
  if (clash) faults.push(organisationErrors.fault('exclusive', at('roles'), clash));
  return faults;
}

function heldFaults(
  file: PackFile,
  held: HeldRole,
  at: Omit<Fault, 'code' | 'message'>,
  index: PackIndex,
): Fault[] {
  const role = index.find('roles', held.role, file);
  const unit = unitKnown(index, held.unit);
  const faults: Fault[] = [];
  if (role === undefined) faults.push(organisationErrors.fault('no_role', at, { role: held.role }));
  if (unit === undefined) faults.push(organisationErrors.fault('no_unit', at, { code: held.unit }));
  if (role && unit && !(role.data as RoleFile).levels.includes(unit.level)) {
    const params = { role: (role.data as RoleFile).title.zh, unit: unit.name };
    faults.push(organisationErrors.fault('wrong_level', at, params));
  }
  return faults;
}

const knownRoles = (index: PackIndex) =>
  index.all('roles').map((file) => {
    const { title, exclusive_with: exclusiveWith } = file.data as RoleFile;
    return { name: file.name, title, exclusiveWith };
  });

/**
 * One hash for a file: argon2 is slow by design, and these passwords are printed on the terminal
 * anyway.
 */
async function applyPeople(ctx: Ctx, file: PackFile): Promise<void> {
  const { demo, password, people: listed } = file.data as PeopleFile;
  const passwordHash = password === undefined ? null : await hashPassword(ctx.settings, password);
  await store.closePackAccounts(ctx, file, Object.keys(listed));
  for (const [id, person] of Object.entries(listed)) {
    const written = await store.putPackAccount(ctx, {
      id,
      name: person.name,
      unit: person.unit,
      passwordHash,
      demo,
      identity: person.identity === undefined ? null : personHash(ctx.settings, person.identity),
      demoPosition: person.switcher ?? null,
      pack: file.pack,
      packFile: file.name,
      createdAt: ctx.clock.now(),
      createdBy: ctx.actor.id,
    });
    if (!written) throw organisationErrors.make('taken', { account: id });
    // People of the demo are nobody; all others stay apart here as everywhere.
    const account = await store.accountById(ctx, id);
    if (!demo && account) {
      await requireApart(ctx, account, person.roles, await store.allRoles(ctx));
    }
    await store.setRoles(ctx, id, person.roles);
  }
}
