/**
 * Three administrators in three people: at once, over time, over several accounts of one person,
 * and by two pairs of eyes. Refusals first; each leaves accounts, roles and proposals as they were.
 */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAudit } from '#kernel/audit';
import { authenticate, openSession, personHash } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import {
  bindIdentity,
  confirmIdentity,
  confirmRoles,
  grantRoles,
  identityClaims,
  identityOf,
  listAccounts,
  loadActor,
  openAccount,
  organisation,
  proposeRoles,
  rejectIdentity,
  rejectRoles,
  roleChanges,
  setClosed,
  whoLooked,
} from '#organisation';
import { actor, applyFiles, refusal, refusing, type TestWorld, testWorld } from '#testing';

const unit = '330109';
const town = '330109004';
const dayMs = 24 * 3_600_000;

const role = (title: string, rest: string): string =>
  `title: {zh: ${title}, en: ${title}}\nlevels: [district, town]\n${rest}`;

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
`,
  'roles/sys.yaml': role(
    '系统',
    'duty: system\nexclusive_with: [sec, aud]\npermissions: [organisation.read, organisation.manage]\n',
  ),
  'roles/sec.yaml': role(
    '安全',
    'duty: security\nexclusive_with: [sys, aud]\npermissions: [organisation.read, organisation.grant]\n',
  ),
  'roles/aud.yaml': role(
    '审计',
    'duty: audit\nexclusive_with: [sys, sec]\npermissions: [audit.read, audit.verify]\n',
  ),
  'roles/clerk.yaml': role('窗口', 'permissions: []\n'),
  'roles/seal.yaml': role('监督', 'sealed: true\npermissions: []\n'),
};

let world: TestWorld;
const people = { system: 'xi', security: 'an', audit: 'sh', other: 'li', town: 'zh' } as const;
const names = { xi: 'sys', an: 'sec', sh: 'aud', li: 'clerk', zh: 'sys' } as const;

beforeEach(async () => {
  world = await testWorld({ capabilities: [organisation] });
  await applyFiles(world.ctx, [organisation], files);
  for (const [id, name] of Object.entries(names)) {
    const at = id === 'zh' ? town : unit;
    await openAccount(world.ctx, { id, name: id, unit: at });
    await grantRoles(world.ctx, { account: id, version: 1, roles: [{ role: name, unit: at }] });
  }
});
afterEach(() => world.close());

const as = async (id: string): Promise<Ctx> => {
  const found = await loadActor(world.ctx, id);
  if (found === undefined) throw new Error(`no account ${id}`);
  return world.as(found);
};

const versionOf = async (id: string): Promise<number> => {
  const { rows } = await sql<{ version: number }>`
    select version from org_account where id = ${id}`.execute(world.ctx.db);
  return rows[0]?.version ?? 0;
};

async function standing(): Promise<unknown> {
  const { rows } = await sql`
    select (select json_agg(a order by a.id) from org_account a) as accounts,
      (select json_agg(h order by h.account, h.role, h.unit) from org_account_role h) as held,
      (select json_agg(c order by c.id) from org_role_change c) as changes,
      (select json_agg(p order by p.account, p.role) from org_role_past p) as past`.execute(
    world.ctx.db,
  );
  return rows[0];
}
const refused = refusing(standing);

const wish = async (account: string, roles: string[], at = unit) => ({
  account,
  version: await versionOf(account),
  roles: roles.map((name) => ({ role: name, unit: at })),
  reason: '试',
});

const change = async (account: string, roles: string[]): Promise<void> => {
  const { id } = await proposeRoles(await as(people.system), await wish(account, roles));
  await confirmRoles(await as(people.security), id);
};

describe('refused', () => {
  test('one person alone, whichever of the three', async () => {
    for (const id of [people.system, people.security, people.audit, people.other]) {
      const ctx = await as(id);
      const given = await wish(people.other, ['clerk', 'seal']);
      const may = id === people.security ? 'organisation.needs_two' : 'auth.not_allowed';
      await refused(may, () => grantRoles(ctx, given));
      if (id === people.system) continue;
      await refused('auth.not_allowed', () => proposeRoles(ctx, given));
    }
  });

  test('confirming: by who proposed, by who gains, by who may not, twice, and what is no more', async () => {
    const system = await as(people.system);
    const { id } = await proposeRoles(system, await wish(people.other, ['seal']));
    const about = await proposeRoles(system, await wish(people.security, ['clerk']));
    await refused('auth.not_allowed', () => confirmRoles(system, id));
    for (const who of [people.audit, people.other]) {
      const ctx = await as(who);
      await refused('auth.not_allowed', () => confirmRoles(ctx, id));
      await refused('auth.not_allowed', () => rejectRoles(ctx, id, '不'));
    }
    const security = await as(people.security);
    await refused('organisation.own_proposal', () => confirmRoles(security, about.id));
    // A person who held both rights would still not be two people.
    const both = world.as({
      ...system.actor,
      permissions: new Set(['organisation.grant', 'organisation.manage']),
    });
    await refused('organisation.own_proposal', () => confirmRoles(both, id));
    await confirmRoles(security, id);
    await refused('organisation.no_change', () => confirmRoles(security, id));
    await refused('organisation.no_change', () => rejectRoles(security, id, '晚了'));
  });

  test('proposing for oneself, without change, outside the own units, on a stale page', async () => {
    const system = await as(people.system);
    const ofTown = await as(people.town);
    const own = await wish(people.system, ['clerk']);
    await refused('organisation.own_roles', () => proposeRoles(system, own));
    const same = await wish(people.other, ['clerk']);
    await refused('organisation.nothing_changes', () => proposeRoles(system, same));
    const far = await wish(people.other, ['seal']);
    await refused('auth.not_in_unit', () => proposeRoles(ofTown, far));
    await refused('organisation.stale', () => proposeRoles(system, { ...far, version: 99 }));
  });

  test('what changed between proposal and confirmation', async () => {
    const { id } = await proposeRoles(await as(people.system), await wish(people.other, ['seal']));
    await setClosed(await as(people.system), {
      account: people.other,
      version: await versionOf(people.other),
      closed: true,
    });
    const security = await as(people.security);
    await refused('organisation.stale', () => confirmRoles(security, id));
  });
});

describe('three people', () => {
  const pairs = (['sys', 'sec', 'aud'] as const).flatMap((one) =>
    (['sys', 'sec', 'aud'] as const).filter((other) => other !== one).map((other) => [one, other]),
  ) as [string, string][];

  test.each(pairs)('%s and %s never at once, in whatever unit', async (one, other) => {
    const system = await as(people.system);
    const version = await versionOf(people.other);
    const roles = [
      { role: one, unit },
      { role: other, unit: town },
    ];
    const given = { account: people.other, version, roles, reason: '试' };
    await refused('organisation.exclusive', () => proposeRoles(system, given));
    // Not even by the operator at the machine.
    await refused('organisation.exclusive', () => grantRoles(world.ctx, given));
  });

  test.each(pairs)('%s and then %s only after a break', async (one, other) => {
    await change(people.other, [one]);
    await change(people.other, ['clerk']);
    const system = await as(people.system);
    for (const days of [0, 30, 59]) {
      world.clock.advance(days * dayMs);
      const given = await wish(people.other, [other]);
      await refused('organisation.too_soon', () => proposeRoles(system, given));
      await refused('organisation.too_soon', () => grantRoles(world.ctx, given));
    }
    // The same duty again is no other duty.
    await proposeRoles(system, await wish(people.other, [one]));
    world.clock.advance(2 * dayMs);
    await change(people.other, [other]);
    expect((await as(people.other)).actor.roles.map((held) => held.role)).toEqual([other]);
  });

  test('a second account of the same person is the same person', async () => {
    const identity = '33010919900101001X';
    const system = await as(people.system);
    await bindIdentity(world.ctx, { account: people.audit, identity });
    await bindIdentity(world.ctx, { account: people.other, identity });
    const given = await wish(people.other, ['sec']);
    await refused('organisation.exclusive', () => proposeRoles(system, given));
    // Nor can the binding come last.
    await refused('organisation.exclusive', () =>
      bindIdentity(world.ctx, { account: people.security, identity }),
    );
    // The number itself is nowhere.
    const { rows } = await sql<{ text: string }>`
      select string_agg(a::text, ' ') as text from org_account a`.execute(world.ctx.db);
    expect(rows[0]?.text).not.toContain(identity);
  });
});

describe('four eyes', () => {
  test('roles come with the confirmation, and with them a new sign-in', async () => {
    const system = await as(people.system);
    const session = await openSession(world.ctx, people.other);
    const look = async () => {
      const asNobody = world.as({ ...actor('x', unit), kind: 'anonymous' });
      const found = await authenticate(asNobody, { cookie: session.token, bearer: undefined });
      return found.session;
    };
    const { id } = await proposeRoles(system, await wish(people.other, ['seal']));
    expect((await as(people.other)).actor.roles.map((held) => held.role)).toEqual(['clerk']);
    expect(await look()).toBe('live');
    const view = await confirmRoles(await as(people.security), id);
    expect(view.roles.map((held) => held.role)).toEqual(['seal']);
    expect(await look()).toBe('expired');
    const auditor = world.as(actor('aud', unit, ['audit.read']));
    const { items } = await readAudit(auditor, { limit: 5, subject: `account/${people.other}` });
    expect(items.map((one) => [one.action, one.actor])).toEqual([
      ['organisation.roles_granted', people.security],
      ['organisation.roles_proposed', people.system],
      ['organisation.roles_granted', 'system:test'],
      ['organisation.account_opened', 'system:test'],
    ]);
    expect(items[0]?.detail).toMatchObject({ proposedBy: people.system, after: ['seal@330109'] });
  });

  test('a rejection says why, a later proposal replaces one that waits', async () => {
    const system = await as(people.system);
    const security = await as(people.security);
    const first = await proposeRoles(system, await wish(people.other, ['seal']));
    const second = await proposeRoles(system, await wish(people.other, []));
    await refused('organisation.no_change', () => confirmRoles(security, first.id));
    await rejectRoles(security, second.id, '还在岗');
    const found = await roleChanges(security, 10);
    expect(found.map((one) => [one.id, one.state, one.answer])).toEqual(
      expect.arrayContaining([
        [second.id, 'rejected', '还在岗'],
        [first.id, 'replaced', null],
      ]),
    );
    // A town sees those of its own people only.
    expect(await roleChanges(await as(people.town), 10)).toEqual([]);
  });
});

describe('whose account it is', () => {
  const identity = '33010919900101001X';
  const given = { account: people.other, identity };

  test('refused: by who may not, for oneself, alone, another number, nothing said', async () => {
    const system = await as(people.system);
    const security = await as(people.security);
    await refused('auth.not_allowed', () => bindIdentity(security, given));
    await refused('auth.not_in_unit', async () => bindIdentity(await as(people.town), given));
    await refused('organisation.own_identity', () =>
      bindIdentity(system, { account: people.system, identity }),
    );
    await refused('organisation.no_claim', () => confirmIdentity(security, given));
    expect(await bindIdentity(system, given)).toEqual({ state: 'claimed' });
    expect(await identityOf(await as(people.other))).toBeNull();
    await refused('auth.not_allowed', () => confirmIdentity(system, given));
    const both = world.as({
      ...system.actor,
      permissions: new Set(['organisation.grant', 'organisation.manage']),
    });
    await refused('organisation.own_claim', () => confirmIdentity(both, given));
  });

  test('a second number that differs ends it: nobody finds the first by trying', async () => {
    const security = await as(people.security);
    await bindIdentity(await as(people.system), given);
    const guess = { ...given, identity: '330109199001010028' };
    const differs = await refusal(confirmIdentity(security, guess));
    expect(differs.code).toBe('organisation.identity_differs');
    // Not even the right one counts any more, before the first of them has seen the document again.
    for (const next of [guess, given]) {
      const error = await refusal(confirmIdentity(security, next));
      expect(error.code).toBe('organisation.no_claim');
    }
    expect(await identityOf(await as(people.other))).toBeNull();
    await world.ctx.audit.seal();
    const { rows } = await sql<{ actor: string }>`select actor from audit_seen
      where action = 'organisation.identity_differs'`.execute(world.ctx.db);
    expect(rows).toEqual([{ actor: security.actor.id }]);
  });

  test('holds when a second one has entered the same number, and once only', async () => {
    const security = await as(people.security);
    await bindIdentity(await as(people.system), given);
    const lower = { ...given, identity: ` ${identity.toLowerCase()} ` };
    expect(await confirmIdentity(security, lower)).toEqual({ state: 'bound' });
    expect(await identityOf(await as(people.other))).toBe(personHash(world.ctx.settings, identity));
    await refused('organisation.no_claim', () => confirmIdentity(security, given));
  });
});

describe('what one said of whose account it is', () => {
  const identity = '33010919900101001X';
  const given = { account: people.other, identity };
  const reason = '没有见到证件';
  const identityNow = async (): Promise<string | undefined> => {
    const { accounts } = await listAccounts(await as(people.system), { limit: 50 });
    return accounts.find(({ id }) => id === people.other)?.identity;
  };

  test('is turned down by the second or taken back, by nobody else', async () => {
    const turned = { account: people.other, reason };
    await refused('organisation.no_claim', async () =>
      rejectIdentity(await as(people.security), turned),
    );
    for (const ends of [people.security, people.system]) {
      await bindIdentity(await as(people.system), given);
      for (const stranger of [people.audit, people.town, people.other]) {
        await refused('auth.not_allowed', async () => rejectIdentity(await as(stranger), turned));
      }
      expect(await identityNow()).toBe('claimed');
      await rejectIdentity(await as(ends), turned);
      expect(await identityNow()).toBe('none');
      await refused('organisation.no_claim', async () =>
        confirmIdentity(await as(people.security), given),
      );
    }
    const audited = await sql<{ detail: unknown }>`select detail from audit_seen
      where action = 'organisation.identity_rejected'`.execute(world.ctx.db);
    expect(audited.rows.map(({ detail }) => detail)).toEqual([{ reason }, { reason }]);
  });

  test('waits where the second sees it, with no number, and in no other unit', async () => {
    await refused('auth.not_allowed', async () => identityClaims(await as(people.other), 10));
    await bindIdentity(await as(people.system), given);
    const waiting = await identityClaims(await as(people.security), 10);
    expect(waiting).toMatchObject([
      { account: people.other, name: 'l**', claimedBy: people.system, mayConfirm: true },
    ]);
    expect(JSON.stringify(waiting)).not.toContain(identity.slice(0, 10));
    expect((await identityClaims(await as(people.system), 10))[0]?.mayConfirm).toBe(false);
    expect(await identityClaims(await as(people.town), 10)).toEqual([]);
    await confirmIdentity(await as(people.security), given);
    expect(await identityClaims(await as(people.security), 10)).toEqual([]);
    expect(await identityNow()).toBe('bound');
  });
});

describe('who looked at my data', () => {
  const identity = '33010919900101001X';

  test('refused to nobody, and to an account that is bound to no person', async () => {
    const nobody = world.as({ ...actor('x', unit), kind: 'anonymous' });
    await refused('auth.not_signed_in', () => whoLooked(nobody, { limit: 10 }));
    const mine = await as(people.other);
    expect(await whoLooked(mine, { limit: 10 })).toEqual({ bound: false, looks: [], next: null });
  });

  test('tells unit, role, purpose and time, and nothing of a sealed compartment', async () => {
    await bindIdentity(world.ctx, { account: people.other, identity });
    const read = async (name: string, purpose: string) => {
      const who = world.as(actor(name, `${unit}/${town}`));
      world.clock.advance(1000);
      await who.audit.record(who, { action: 'gate.read_one', persons: [identity], purpose });
    };
    await read('clerk', 'window');
    await read('seal', 'browse');
    await read('clerk', 'discipline');
    const { looks, next } = await whoLooked(await as(people.other), { limit: 1 });
    expect(next).toBeNull();
    expect(looks).toMatchObject([{ unit: town, role: '窗口', purpose: 'window', dataset: null }]);
    expect(Object.keys(looks[0] ?? {})).not.toContain('name');
  });
});
