/**
 * Opening many accounts from one list: all faults at once, and nothing is opened until none is
 * left.
 */
import { randomUUID } from 'node:crypto';
import { requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import { organisationErrors } from '../errors.ts';
import { loginPattern, longestName, type Role, type Unit } from '../model.ts';
import * as store from '../store.ts';
import { openAccount } from './accounts.ts';
import { invite } from './invites.ts';
import { proposeRoles } from './roles.ts';
import { type Line, readList } from './sheet.ts';

export interface OpenedMany {
  /** Of this opening, in the audit. */
  batch: string;
  /** Accounts opened, each with its one-time link. */
  opened: { account: string; unit: string; token: string; expiresAt: string }[];
  /** Roles that wait for the security administrator. */
  proposed: number;
}

interface Known {
  units: Map<string, Unit>;
  roles: readonly Role[];
  taken: Set<string>;
}

const roleOf = (known: Known, text: string): Role | undefined =>
  known.roles.find((role) => [role.name, role.title.zh, role.title.en].includes(text));

function faultsOf(ctx: Ctx, line: Line, known: Known, twice: ReadonlySet<string>): Fault[] {
  const at = (item: string) => ({ line: line.row, item });
  const faults: Fault[] = [];
  const length = [...line.name].length;
  if (!loginPattern.test(line.id) || length < 1 || length > longestName) {
    faults.push(organisationErrors.fault('bad_account', at('账号')));
  } else if (known.taken.has(line.id) || twice.has(line.id)) {
    faults.push(organisationErrors.fault('taken', at('账号'), { account: line.id }));
  }
  const unit = known.units.get(line.unit);
  if (unit === undefined) {
    faults.push(organisationErrors.fault('no_unit', at('单位编码'), { code: line.unit }));
  } else if (!seesUnit(ctx.actor, unit.path)) {
    faults.push(organisationErrors.fault('not_mine', at('单位编码'), { unit: unit.name }));
  } else if (!unit.staff) {
    faults.push(organisationErrors.fault('not_staff', at('单位编码'), { unit: unit.name }));
  }
  if (line.role === '') return faults;
  const role = roleOf(known, line.role);
  if (role === undefined) {
    faults.push(organisationErrors.fault('no_role', at('角色'), { role: line.role }));
  } else if (unit !== undefined && !role.levels.includes(unit.level)) {
    const params = { role: role.title.zh, unit: unit.name };
    faults.push(organisationErrors.fault('wrong_level', at('角色'), params));
  }
  return faults;
}

/** Names that stand more than once in the list. */
const doubles = (lines: readonly Line[]): Set<string> => {
  const seen = new Set<string>();
  return new Set(
    lines.flatMap(({ id }) => {
      if (seen.has(id)) return [id];
      seen.add(id);
      return [];
    }),
  );
};

async function knownTo(ctx: Ctx, lines: readonly Line[]): Promise<Known> {
  const units = await store.unitsWhere(ctx, { codes: lines.map((line) => line.unit) });
  return {
    units: new Map(units.map((unit) => [unit.code, unit])),
    roles: await store.allRoles(ctx),
    taken: await store.accountsTaken(
      ctx,
      lines.map((line) => line.id),
    ),
  };
}

/**
 * Opens an account for each line and makes its link; roles become proposals. Needs
 * `organisation.manage`, in the unit of every line.
 * @throws organisation.bad_list, organisation.list_faults with every fault of every row
 */
export async function openMany(
  ctx: Ctx,
  file: { path: string; name: string; bytes: number },
): Promise<OpenedMany> {
  requirePermission(ctx, 'organisation.manage');
  const lines = await readList(ctx, file);
  const most = ctx.settings.account_list_rows;
  if (lines.length === 0 || lines.length > most) {
    throw organisationErrors.make('list_length', { rows: lines.length, most });
  }
  const known = await knownTo(ctx, lines);
  const twice = doubles(lines);
  const faults = lines.flatMap((line) => faultsOf(ctx, line, known, twice));
  if (faults.length > 0) {
    throw organisationErrors.make('list_faults', { count: faults.length }, faults);
  }
  const batch = randomUUID();
  const result: OpenedMany = { batch, opened: [], proposed: 0 };
  await tx(ctx, async (inside) => {
    for (const { id, name, unit, role: wanted } of lines) {
      const account = await openAccount(inside, { id, name, unit });
      const { token, expiresAt } = await invite(inside, id);
      result.opened.push({ account: id, unit, token, expiresAt: expiresAt.toISOString() });
      const role = wanted === '' ? undefined : roleOf(known, wanted);
      if (role === undefined) continue;
      const roles = [{ role: role.name, unit }];
      await proposeRoles(inside, {
        account: id,
        version: account.version,
        roles,
        reason: file.name,
      });
      result.proposed += 1;
    }
  });
  return result;
}
