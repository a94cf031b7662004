/** What must not stand in a text. */
import { importsOf, isCode, isTest, linesWith, product, type Rule, type Tree } from '../tree.ts';

/** Longest line of a file, undefined for files people do not read line by line. */
function longest(path: string): number | undefined {
  if (/\.(json|csv|geojson|svg|html|txt|lock)$|LICENSE$/.test(path)) return undefined;
  if (path.startsWith('docs/reference/')) return undefined;
  if (path.startsWith('packs/') || path.endsWith('.md')) return 120;
  return 100;
}

/** What cannot be broken does not count: links, and texts and patterns in quotes within code. */
const unbroken = (path: string): RegExp =>
  isCode(path) ? /'[^']*'|"[^"]*"|`[^`]*`?|\/\^.*\$\/|https?:\S+/g : /\]\([^)]*\)|https?:\S+/g;

const lineLength: Rule = {
  name: 'lines of at most 100 columns (120 in Markdown and packs)',
  check: (tree) =>
    [...tree].flatMap(([path, text]) => {
      const limit = longest(path);
      if (limit === undefined) return [];
      const long = text.split('\n').flatMap((line, index) => {
        // A Chinese character counts as one.
        const fits =
          [...line].length <= limit || [...line.replace(unbroken(path), '')].length <= limit;
        return fits ? [] : [index + 1];
      });
      if (long.length === 0) return [];
      const by = 'node tests/tidy/wrap.ts breaks comments and YAML';
      return [`${path}:${long[0]}: over ${limit} columns, lines ${long.join(' ')} (${by})`];
    }),
  broken: {
    files: {
      'src/kernel/db/x.ts': `// ${'x'.repeat(98)}\nmake('${'x'.repeat(98)}');`,
      'docs/a.md': `${'字'.repeat(120)}\n${'x'.repeat(121)}`,
      'packs/p/a.csv': 'x'.repeat(500),
    },
    at: ['src/kernel/db/x.ts:1', 'docs/a.md:2'],
  },
};

const clock: Rule = {
  name: 'the time of day comes from ctx.clock',
  check: (tree) =>
    product(tree).flatMap(([path, text]) => {
      if (!path.startsWith('src/capabilities/')) return [];
      const at = linesWith(path, text, /\bnew Date\(\)|\bDate\.now\(\)|\bcurrent_timestamp\b/i);
      const sql = /\/store(\.ts|\/)/.test(path) ? linesWith(path, text, /\bnow\(\)/) : [];
      const real = sql.filter(
        (place) => !text.split('\n')[Number(place.split(':')[1]) - 1]?.includes('clock.now()'),
      );
      return [...at, ...real].map((place) => `${place}: asks the machine; use ctx.clock.now()`);
    }),
  broken: {
    files: {
      'src/capabilities/cases/actions.ts': 'const a = ctx.clock.now();\nconst b = new Date();',
      'src/capabilities/cases/store.ts': 'sql`update x set at = now()`;\nctx.clock.now();',
    },
    at: ['src/capabilities/cases/actions.ts:2', 'src/capabilities/cases/store.ts:1'],
  },
};

/** Those whose work is to make data out of data, and what; what they write keeps its grade. */
const materialisers: Record<string, string> = {
  gate: 'is the way itself',
  ingest: 'deliveries and derived datasets',
  quality: 'set checks',
  indicators: 'values per unit and period',
  rules: 'signals',
  entities: 'the address library, copied for look-ups',
};

const gateOnly: Rule = {
  name: 'only the gate and the named materialisers query the lake',
  check: (tree) =>
    product(tree).flatMap(([path, text]) => {
      const own = /^src\/capabilities\/([^/]+)\//.exec(path)?.[1];
      if (own === undefined || own in materialisers) return [];
      return linesWith(path, text, /\blake\s*\.\s*(engine|relation)\b/).map(
        (place) => `${place}: queries the lake; use read() of #gate`,
      );
    }),
  broken: {
    files: {
      'src/capabilities/hub/actions.ts': "await ctx.lake.engine.rows('select 1');",
      'src/capabilities/ingest/actions.ts': "await ctx.lake.engine.rows('select 1');",
    },
    at: ['src/capabilities/hub/actions.ts:1'],
  },
};

const packNames = (tree: Tree): string[] => [
  ...new Set([...tree.keys()].flatMap((path) => /^packs\/([^/]+)\//.exec(path)?.[1] ?? [])),
];

/** The settings say which packs run when nobody says otherwise: the one place that names one. */
const namesPacks = 'src/kernel/config/table.ts';

const noPack: Rule = {
  name: 'no TypeScript names a pack',
  check: (tree) => {
    const names = packNames(tree);
    if (names.length === 0) return [];
    // A short word may mean something else; a path or a name with a hyphen cannot.
    const literal = names.filter((name) => name.includes('-')).map((name) => `'${name}'`);
    const pattern = new RegExp([...names.map((name) => `packs/${name}\\b`), ...literal].join('|'));
    return product(tree).flatMap(([path, text]) =>
      path === namesPacks || path.startsWith('bench/')
        ? []
        : linesWith(path, text, pattern).map(
            (place) => `${place}: names a pack; read it from the packs given by the settings`,
          ),
    );
  },
  broken: {
    files: {
      'packs/boston-311/pack.yaml': '',
      'src/capabilities/hub/actions.ts': "if (pack === 'boston-311') return;\nconst a = 'boston';",
      'src/app/cli.ts': "open('packs/boston-311/datasets');",
    },
    at: ['src/capabilities/hub/actions.ts:1', 'src/app/cli.ts:1'],
  },
};

/** Written in pieces, so that this file does not break its own rule. */
const machinePlaces = new RegExp(
  [
    ['/wo', 'rk/(main|shared)'],
    ['/ro', 'ot/[a-z.]'],
    ['/ho', 'me/[a-z][a-z0-9_-]*/'],
    ['https?://[^/\\s\'"]*\\b(arti', 'factory|ne', 'xus|verda', 'ccio)\\b'],
    ['https?://(?!(?:registry\\.|www\\.)?npmjs\\.)[^/\\s\'"]*\\bnp', 'm\\b[^/\\s\'"]*/'],
  ]
    .map((pieces) => pieces.join(''))
    .join('|'),
);

const machine: Rule = {
  name: 'no path of a machine and no registry host in what we publish',
  check: (tree) =>
    [...tree].flatMap(([path, text]) =>
      linesWith(path, text, machinePlaces).map(
        (place) =>
          `${place}: names a place of one machine; use a path from the project or a setting`,
      ),
    ),
  broken: {
    files: {
      'docs/start.md': `cd ${['/ho', 'me/ann/x'].join('')}\nsee [npm](https://www.npmjs.com/x)`,
      'package-lock.json': `"resolved": "${['https://np', 'm.corp.example/x'].join('')}"`,
    },
    at: ['docs/start.md:1', 'package-lock.json:1'],
  },
};

/** A link to a file of the project at the end of a sentence, and the block that shows it. */
const shown = /\]\((?<file>[\w./-]+)\)[^\n`]*[:：]\n\n```\w+\n(?<block>[\s\S]*?)\n```/g;

const quoted: Rule = {
  name: 'what a README shows of a file stands in the file',
  check: (tree) =>
    [...tree].flatMap(([path, text]) => {
      if (!/^README.*\.md$/.test(path)) return [];
      return [...text.matchAll(shown)].flatMap(({ index, groups }) => {
        const source = tree.get(groups?.file ?? '');
        if (source === undefined || source.includes(groups?.block ?? '')) return [];
        const line = text.slice(0, index).split('\n').length;
        return [`${path}:${line}: shows ${groups?.file} otherwise than it stands`];
      });
    }),
  broken: {
    files: {
      'src/app/list.ts': 'export const list = [\n  one,\n  two,\n];\n',
      'README.md': 'see [it](src/app/list.ts):\n\n```ts\nexport const list = [\n  one,\n];\n```\n',
      'README.zh-CN.md': '见 [它](src/app/list.ts)：\n\n```ts\n  one,\n  two,\n```\n',
    },
    at: ['README.md:1'],
  },
};

const waits: Rule = {
  name: 'no test is switched off, alone, or waits on the clock',
  check: (tree) =>
    [...tree].flatMap(([path, text]) =>
      isCode(path) && isTest(path)
        ? linesWith(path, text, /\b(test|it|describe)\.(only|skip|todo)\(/).map(
            (place) => `${place}: let it run, say why with runIf, or remove it`,
          )
        : [],
    ),
  broken: {
    files: { 'tests/a.test.ts': `${'test'}.only('x', () => {});` },
    at: ['tests/a.test.ts:1'],
  },
};

const escapes: Rule = {
  name: 'no check is switched off without a reason',
  check: (tree) =>
    [...tree].flatMap(([path, text]) =>
      isCode(path)
        ? linesWith(path, text, /@ts-(ignore|nocheck|expect-error)\b|\/\/ biome-ignore[^:]*$/).map(
            (place) => `${place}: mend the code, or say the reason behind a colon`,
          )
        : [],
    ),
  broken: {
    files: { 'src/app/x.ts': [`// @ts-`, 'ignore'].join('') },
    at: ['src/app/x.ts:1'],
  },
};

const pinned: Rule = {
  name: 'dependencies are pinned to one version, and each is used',
  check: (tree) => {
    const manifest = JSON.parse(tree.get('package.json') ?? '{}') as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const loose = Object.entries(all)
      .filter(([, version]) => !/^\d+\.\d+\.\d+([-.+][\w.-]+)?$/.test(version))
      .map(([name, version]) => `package.json: ${name} is ${version}; pin the exact version`);
    const foreign = [...tree]
      .filter(([path]) => isCode(path) && path !== 'tests/tidy/tidy.test.ts')
      .flatMap(([path, text]) =>
        importsOf(text).flatMap(({ what, line }) => {
          if (/^[.#]|^node:|^virtual:/.test(what) || what.includes('?')) return [];
          const name = what
            .split('/')
            .slice(0, what.startsWith('@') ? 2 : 1)
            .join('/');
          return name in all
            ? []
            : [`${path}:${line}: ${name} is not in package.json; add it there`];
        }),
      );
    return [...loose, ...foreign];
  },
  broken: {
    files: {
      'package.json': '{"dependencies": {"zod": "^4.0.0"}}',
      'src/app/x.ts': "import z from 'zod';\nimport _ from 'lodash/fp';",
    },
    at: ['package.json', 'src/app/x.ts:2'],
  },
};

export const textRules: Rule[] = [
  lineLength,
  clock,
  gateOnly,
  noPack,
  machine,
  quoted,
  waits,
  escapes,
  pinned,
];
