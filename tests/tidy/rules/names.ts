/** Where things stand and how they are called. */
import { folderOf, product, type Rule, type Tree } from '../tree.ts';

/** A job of a capability -> its file; one that outgrew two screens is a folder of that name. */
const jobs = ['model', 'errors', 'store', 'actions', 'kind', 'jobs', 'routes'];
const files = ['index.ts', 'README.md', ...jobs.map((job) => `${job}.ts`)];

const sameJobSameName: Rule = {
  name: 'same job, same file name in every capability',
  check: (tree) =>
    [...tree.keys()].flatMap((path) => {
      const match = /^src\/capabilities\/[^/]+\/(.+)$/.exec(path);
      const inside = match?.[1];
      if (inside === undefined || files.includes(inside)) return [];
      if (/^[^/]+\.(test|fixture)\.ts$/.test(inside)) return [];
      if (jobs.includes(inside.split('/')[0] ?? '') && inside.includes('/')) return [];
      const instead = `put it into one of ${jobs.join(', ')}: a file, or a folder of that name`;
      return [`${path}: no capability has a file of this name; ${instead}`];
    }),
  broken: {
    files: {
      'src/capabilities/hub/helpers.ts': '',
      'src/capabilities/hub/view/one.ts': '',
      'src/capabilities/hub/actions/intake.ts': '',
      'src/capabilities/hub/hub.test.ts': '',
    },
    at: ['src/capabilities/hub/helpers.ts', 'src/capabilities/hub/view/one.ts'],
  },
};

const readme: Rule = {
  name: 'every capability says what it reads, writes and never does',
  check: (tree) => {
    const built = new Set(
      [...tree.keys()].flatMap((path) => {
        const name = /^src\/capabilities\/([^/]+)\/(?!index\.ts$).+\.ts$/.exec(path)?.[1];
        return name === undefined ? [] : [name];
      }),
    );
    return [...built].flatMap((name) => {
      const path = `src/capabilities/${name}/README.md`;
      const text = tree.get(path);
      if (text === undefined) return [`${path}: absent; half a page: reads, writes, never`];
      const lacking = ['reads', 'writes', 'never'].filter(
        (word) => !text.toLowerCase().includes(word),
      );
      return lacking.length === 0 ? [] : [`${path}: does not say: ${lacking.join(', ')}`];
    });
  },
  broken: {
    files: {
      'src/capabilities/hub/actions.ts': '',
      'src/capabilities/cases/actions.ts': '',
      'src/capabilities/cases/README.md': 'Reads nothing, writes nothing.',
    },
    at: ['src/capabilities/hub/README.md', 'src/capabilities/cases/README.md'],
  },
};

const emptyFiles: Rule = {
  name: 'a file that would be empty is absent',
  check: (tree) =>
    [...tree]
      .filter(([path, text]) => path.startsWith('src/') && text.trim() === '')
      .map(([path]) => `${path}: is empty; remove it`),
  broken: { files: { 'src/kernel/db/x.ts': '\n' }, at: ['src/kernel/db/x.ts'] },
};

const dated = /^migrations\/\d{8}_\d{4}_[a-z0-9_]+\.sql$/;

const migrations: Rule = {
  name: 'migrations are dated plain SQL',
  check: (tree) => {
    const paths = [...tree.keys()].filter((path) => path.startsWith('migrations/'));
    const stamps = paths.map((path) => /\d{8}_\d{4}/.exec(path)?.[0] ?? path);
    return paths.flatMap((path, index) => {
      if (!dated.test(path)) {
        return [`${path}: must be YYYYMMDD_HHMM_name.sql; code belongs to the capability's start`];
      }
      if (stamps.indexOf(stamps[index] ?? '') !== index) {
        return [`${path}: another migration has the same date and time; give it its own minute`];
      }
      return [];
    });
  },
  broken: {
    files: {
      'migrations/20260101_0100_a.sql': '',
      'migrations/20260101_0100_b.sql': '',
      'migrations/fill.ts': '',
      'migrations/2026_c.sql': '',
    },
    at: ['migrations/20260101_0100_b.sql', 'migrations/fill.ts', 'migrations/2026_c.sql'],
  },
};

const tables: Rule = {
  name: 'every table says what its rows are',
  check: (tree) =>
    [...tree].flatMap(([path, text]) => {
      if (!dated.test(path)) return [];
      const made = [...text.matchAll(/^create table (?:if not exists )?([\w.]+)/gim)];
      return made.flatMap(([, name]) =>
        new RegExp(`comment on table ${name}\\b`, 'i').test(text)
          ? []
          : [`${path}: the table ${name} has no comment; add: comment on table ${name} is '...'`],
      );
    }),
  broken: {
    files: {
      'migrations/20260101_0100_a.sql':
        "create table a (id int);\ncreate table b (id int);\ncomment on table b is 'b';",
    },
    at: ['migrations/20260101_0100_a.sql'],
  },
};

/** Names a folder's door hands out. */
function handedOut(tree: Tree, folder: string): Set<string> {
  const door = tree.get(`${folder}/index.ts`) ?? '';
  const lists = [...door.matchAll(/export (?!type)\{([^}]*)\}/g)];
  return new Set(lists.flatMap(([, list = '']) => list.split(',').map((name) => name.trim())));
}

const documented: Rule = {
  name: 'a function handed out by a door says its shape, units and errors',
  check: (tree) =>
    product(tree).flatMap(([path, text]) => {
      if (!path.startsWith('src/')) return [];
      const isDoor = path.endsWith('/index.ts');
      const names = handedOut(tree, folderOf(path));
      const lines = text.split('\n');
      return lines.flatMap((line, index) => {
        const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1];
        const before = lines[index - 1]?.trim() ?? '';
        if (name === undefined || before.endsWith('*/')) return [];
        if (!isDoor && !names.has(name)) return [];
        // An overload stands on the documentation of the first one.
        if (before.includes(`function ${name}`)) return [];
        return [`${path}:${index + 1}: ${name} has no docstring; say what it does and throws`];
      });
    }),
  broken: {
    files: {
      'src/kernel/db/index.ts': "export { a, b } from './x.ts';",
      'src/kernel/db/x.ts':
        '/** Does it. */\nexport function a() {}\n\nexport async function b() {}\n' +
        'export function inside() {}\n',
    },
    at: ['src/kernel/db/x.ts:4'],
  },
};

export const nameRules: Rule[] = [
  sameJobSameName,
  readme,
  emptyFiles,
  migrations,
  tables,
  documented,
];
