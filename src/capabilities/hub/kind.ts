/** What packs declare for the hub: duty desks and lists of matters. */
import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { hubErrors } from './errors.ts';
import { type Desk, desk, type Matter, matter } from './model.ts';
import { removeDesk, saveDesk, saveMatters } from './store.ts';

interface Named {
  path: (string | number)[];
  dataset: string;
  items: [string, string][];
}

/** Every dataset a desk names, with the items it takes from it. */
function namedIn(declared: Desk): Named[] {
  const { dataset, metres, source, ...items } = declared.register;
  const channels = Object.entries(declared.channels).flatMap(([name, channel]) =>
    channel.dataset
      ? [
          {
            path: ['channels', name],
            dataset: channel.dataset,
            items: Object.entries(channel.items ?? {}).filter(
              (each): each is [string, string] => each[1] !== undefined,
            ),
          },
        ]
      : [],
  );
  return [{ path: ['register'], dataset, items: Object.entries(items) }, ...channels];
}

function checkNamed(file: PackFile, index: PackIndex, named: Named): Fault[] {
  const at = (path: (string | number)[]) => {
    const line = file.lineOf(path);
    return { file: placeOf(file), ...(line === undefined ? {} : { line }) };
  };
  const found = index.find('datasets', named.dataset, file);
  if (!found) {
    const { dataset } = named;
    return [hubErrors.fault('dataset_unknown', at([...named.path, 'dataset']), { dataset })];
  }
  const known = (found.data as { items?: Record<string, unknown> }).items ?? {};
  return named.items
    .filter(([, item]) => !(item in known))
    .map(([key, item]) =>
      hubErrors.fault('item_unknown', at([...named.path, key]), { dataset: named.dataset, item }),
    );
}

/** Roles that a desk lets hand in and nobody declares. */
function checkRoles(file: PackFile, index: PackIndex, declared: Desk): Fault[] {
  return Object.entries(declared.channels).flatMap(([name, channel]) =>
    (channel.from?.roles ?? []).flatMap((text, at) => {
      const role = text.split('@')[0] ?? text;
      if (index.find('roles', role, file)) return [];
      const line = file.lineOf(['channels', name, 'from', 'roles', at]);
      const place = { file: placeOf(file), ...(line === undefined ? {} : { line }) };
      return [hubErrors.fault('role_unknown', place, { role })];
    }),
  );
}

const desks: PackKind = {
  name: 'desks',
  title: { zh: '坐席', en: 'Duty desks' },
  format: 'yaml',
  schema: desk,
  after: ['datasets', 'cases', 'matters', 'roles'],
  async check(file, index) {
    const declared = file.data as Desk;
    return [
      ...namedIn(declared).flatMap((named) => checkNamed(file, index, named)),
      ...checkRoles(file, index, declared),
    ];
  },
  apply: (ctx, file) => saveDesk(ctx, file.name, file.data as Desk),
  remove: (ctx, { name }) => removeDesk(ctx, name),
};

const matters: PackKind = {
  name: 'matters',
  title: { zh: '事项清单', en: 'Lists of matters' },
  format: 'csv',
  schema: z.array(matter),
  async apply(ctx, file) {
    await saveMatters(ctx, file.name, file.data as Matter[]);
  },
  remove: (ctx, { name }) => saveMatters(ctx, name, []),
};

export const hubKinds: PackKind[] = [matters, desks];
