/** Gives the kernel its actors: accounts, sign-in names, the demo's role switcher. */
import { type ActorSource, setActorSource } from '#kernel/auth';
import { maskName } from '../model.ts';
import * as store from '../store.ts';
import { closed, loadActor } from './accounts.ts';
import { exclusionOf } from './invites.ts';

const source: ActorSource = {
  byAccount: (ctx, id) => loadActor(ctx, id),
  guard: async (ctx, id) => {
    const account = await store.accountById(ctx, id);
    // Demo mode is for looking around; what it shows guards nothing.
    const exempt = account?.demo === true && ctx.settings.demo;
    if (exempt || !ctx.settings.second_factor_administrators) {
      return { secondFactor: false, exempt };
    }
    return { secondFactor: await store.holdsDuty(ctx, id), exempt };
  },
  excludes: async (ctx, account, other) => (await exclusionOf(ctx, account, other)) !== undefined,
  login: async (ctx, name) => {
    const account = await store.accountById(ctx, name);
    if (account === undefined) return undefined;
    const { id, password_hash: passwordHash } = account;
    return { id, passwordHash, disabled: closed(ctx, account) };
  },
  demoAccounts: async (ctx) => {
    const rows = await store.demoRows(ctx);
    const held = await store.rolesHeld(
      ctx,
      rows.map((row) => row.id),
    );
    return rows.flatMap((row) => {
      const first = held.find((one) => one.account === row.id);
      if (first === undefined) return [];
      const title = { zh: first.titleZh, en: first.titleEn };
      const { id, unitName } = row;
      return [{ id, role: first.role, title, name: maskName(row.name), unitName }];
    });
  },
};

export const registerActors = (): void => setActorSource(source);
