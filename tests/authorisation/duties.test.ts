/**
 * The three administrators, as the district's pack declares them: each holds only what is his duty,
 * none may read data, and no other role holds what is an administrator's alone. Whose business a
 * permission is stands beside it in its capability (`duties`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { capabilities } from '#app';
import { openSession, setActorSource } from '#kernel/auth';
import type { Permission } from '#kernel/capability';
import { kernelCapabilities, servedRoutes } from '#kernel/http';
import { actor, type TestWorld, testWorld } from '#testing';

const folder = resolve(import.meta.dirname, '../../packs/district/roles');
const roleFile = z.object({
  duty: z.enum(['system', 'security', 'audit']).optional(),
  exclusive_with: z.array(z.string()).default([]),
  permissions: z.array(z.string()),
});

const roles = new Map(
  readdirSync(folder).map((file) => [
    basename(file, '.yaml'),
    roleFile.parse(parse(readFileSync(join(folder, file), 'utf8'))),
  ]),
);
const administrators = [...roles].flatMap(([name, role]) =>
  role.duty === undefined ? [] : [{ name, ...role, duty: role.duty }],
);

const declared = new Map<string, Permission>(
  [...kernelCapabilities, ...capabilities].flatMap((one) => Object.entries(one.permissions ?? {})),
);
const dutiesOf = (permission: string): readonly string[] =>
  declared.get(permission)?.duties ?? ['business'];

const routes = servedRoutes(capabilities).filter(
  ({ access }) => access !== 'public' && access !== 'session',
);

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ capabilities, settings: { http_requests_per_minute: 1_000_000 } });
  setActorSource({
    byAccount: async (_ctx, id) => actor(id, '330109', roles.get(id)?.permissions),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
});
afterAll(() => world.close());

describe('declared', () => {
  it('there are three duties, each of one role, each excluding the two others', () => {
    expect(administrators.map(({ duty }) => duty).sort()).toEqual(['audit', 'security', 'system']);
    for (const { name, exclusive_with: excluded } of administrators) {
      const others = administrators.map((one) => one.name).filter((one) => one !== name);
      expect(excluded).toEqual(expect.arrayContaining(others));
    }
  });

  it('an administrator holds nothing but what is his duty', () => {
    const foreign = administrators.flatMap(({ name, duty, permissions }) =>
      permissions
        .filter((permission) => !dutiesOf(permission).includes(duty))
        .map((permission) => `${name}: ${permission} is not the duty of ${duty}`),
    );
    expect(foreign).toEqual([]);
  });

  it('nobody else holds what is an administrator’s alone', () => {
    const taken = [...roles].flatMap(([name, { duty, permissions }]) =>
      permissions
        .filter((permission) => duty === undefined && !dutiesOf(permission).includes('business'))
        .map((permission) => `${name}: ${permission}`),
    );
    expect(taken).toEqual([]);
  });

  it('two administrators share what all may see, and nothing else', () => {
    for (const one of administrators) {
      for (const other of administrators) {
        if (one.duty === other.duty) continue;
        const shared = one.permissions.filter((name) => other.permissions.includes(name));
        for (const name of shared) {
          expect(dutiesOf(name), name).toEqual(expect.arrayContaining(['system', 'security']));
        }
      }
    }
  });
});

describe('enforced over HTTP', () => {
  it.each(administrators)('$name is refused every route of the others and of data', async (one) => {
    const { token, csrf } = await openSession(world.ctx, one.name);
    const headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
    let refused = 0;
    for (const route of routes) {
      if (dutiesOf(route.access).includes(one.duty) && one.permissions.includes(route.access)) {
        continue;
      }
      const url = route.url.replace(/:\w+/g, '1');
      const answer = await world.app.inject({ method: route.method, url, headers });
      expect({ url, status: answer.statusCode, code: answer.json().error.code }).toEqual({
        url,
        status: 403,
        code: 'auth.not_allowed',
      });
      refused += 1;
    }
    // Most of the platform is not an administrator's business.
    expect(refused).toBeGreaterThan(routes.length / 2);
  });
});
