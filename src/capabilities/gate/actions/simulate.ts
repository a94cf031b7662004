/**
 * What somebody would see of a dataset for a purpose, and which line decided: the policy and the
 * compiler at work on an invented row, no data.
 */
import type { Contract } from '#catalogue';
import { type Actor, holds, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { loadActor, rolesKnown, unitOf } from '#organisation';
import { gateErrors } from '../errors.ts';
import type { Grant, SimulateInput, Simulation } from '../model.ts';
import { quoteName, quoteText } from './bind.ts';
import { engineTypes, findContract } from './contract.ts';
import { standingGrant } from './grants.ts';
import { policyPermission } from './policies.ts';
import type { ItemSight } from './policy.ts';
import { type Reading, readingOf, treated } from './treat.ts';
import { policyLines, readPermission, seeItems, sightsFor, toView } from './view.ts';

async function asRole(ctx: Ctx, role: string, code: string): Promise<Actor> {
  const known = (await rolesKnown(ctx)).find(({ name }) => name === role);
  if (!known) throw gateErrors.make('role_unknown', { role });
  const unit = await unitOf(ctx, code);
  return {
    kind: 'account',
    id: `role:${role}`,
    name: role,
    roles: [{ role, unit: unit.code, path: unit.path, unitName: unit.name }],
    permissions: new Set(known.permissions),
    from: '',
  };
}

async function personOf(ctx: Ctx, { account, role, unit }: SimulateInput): Promise<Actor> {
  if (role !== undefined && unit !== undefined) return asRole(ctx, role, unit);
  const found = account === undefined ? undefined : await loadActor(ctx, account);
  if (!found) throw gateErrors.make('person_unknown', { account: account ?? '-' });
  return found;
}

/** A value of each type, for items whose contract gives no example. */
const invented: Record<string, string> = {
  text: '示例文字',
  integer: '12',
  date: '1980-05-06',
  timestamp: '2026-11-20 07:41:00',
  boolean: 'true',
};

function exampleOf({ type, example }: Contract['items'][number]): string {
  return example ?? invented[type] ?? '1280.50';
}

/** The invented row as the engine gives it to this reader. */
async function examples(
  ctx: Ctx,
  contract: Contract,
  seen: readonly ItemSight[],
  by: Reading,
): Promise<Map<string, unknown>> {
  const values = contract.items.map((item) => {
    const type = engineTypes[item.type] ?? item.type;
    const [value, other] = [exampleOf(item), invented[item.type] ?? '1280.50'].map(quoteText);
    const cast = `coalesce(try_cast(${value} as ${type}), try_cast(${other} as ${type}))`;
    return `${cast} as ${quoteName(item.name)}`;
  });
  const shown = seen.flatMap((view) => {
    const [part] = view.parts;
    const name = quoteName(view.item.name);
    return part ? [`${treated(`held.${name}`, view, part, by)} as ${name}`] : [];
  });
  if (shown.length === 0) return new Map();
  const { settings } = ctx;
  const answer = await ctx.lake.fenced({
    sql: 'select * from example',
    relations: [
      {
        name: 'example',
        sql: `(select ${shown.join(', ')} from (select ${values.join(', ')}) as held)`,
        columns: seen
          .filter(({ parts }) => parts.length > 0)
          .map(({ item }) => ({ name: item.name, type: 'VARCHAR' })),
      },
    ],
    limits: {
      ms: settings.sql_time_limit_ms,
      rows: 1,
      memory_mb: settings.sql_memory_limit_mb,
    },
  });
  return new Map(answer.columns.map(({ name }, at) => [name, answer.rows[0]?.[at] ?? null]));
}

/**
 * Each item of a dataset as a person, or a role in a unit, would see it: treatment, deciding line,
 * and what becomes of an invented value. For oneself anyone may ask, for others the security
 * administrator.
 * @throws auth.not_allowed, gate.dataset_not_found, gate.person_unknown, gate.role_unknown,
 * gate.grant_invalid, gate.grant_purpose
 */
export async function simulate(ctx: Ctx, input: SimulateInput): Promise<Simulation> {
  const isSelf = input.account === ctx.actor.id && input.role === undefined;
  requirePermission(ctx, isSelf ? readPermission : policyPermission);
  return simulation(ctx, await personOf(ctx, input), input);
}

/**
 * The same for a person at hand: the caller makes sure that whoever asks may know.
 * @param draft a grant nobody issued yet, in place of one that stands
 */
export async function simulation(
  ctx: Ctx,
  person: Actor,
  input: Pick<SimulateInput, 'dataset' | 'purpose' | 'grant'>,
  draft?: Grant,
): Promise<Simulation> {
  const inside = { ...ctx, actor: person };
  const contract = await findContract(inside, input.dataset);
  if (!contract) throw gateErrors.make('dataset_not_found', { dataset: input.dataset });
  const grant = draft ?? (await standingGrant(inside, input.grant, input.purpose));
  const sights = sightsFor(inside, contract, grant);
  const seen = seeItems(contract, await policyLines(ctx), sights, input.purpose);
  const shown = await examples(ctx, contract, seen, readingOf(ctx, input.purpose));
  const view = await toView(ctx, contract, seen);
  const held = new Map(contract.items.map((item) => [item.name, exampleOf(item)]));
  return {
    ...view,
    mayRead: holds(person, readPermission),
    roles: person.roles.map(({ role, unit, unitName }) => ({ role, unit, unitName })),
    items: view.items.map((item) => ({
      ...item,
      example: { from: held.get(item.item) ?? '', to: toText(shown.get(item.item)) },
    })),
  };
}

const toText = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);
