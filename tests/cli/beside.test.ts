/**
 * Every command of the command line beside a running server: what it prints for programs and for
 * people, how it refuses, its exit codes. One home, one server, two clean ends.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform } from '#app';
import { openCase } from '#cases';
import { loadSettings } from '#kernel/config';
import { removeHome, temporaryFolder } from '#testing';
import {
  documentOf,
  guantong,
  type Refusal,
  type Running,
  type Said,
  staying,
} from './guantong.ts';
import { faulty, faultyPack, smallPack } from './pack.ts';

let home: string;
let folder: string;
let pack: string;
let server: Running;
let url: string;

const env = () => ({ GUANTONG_HOME: home, GUANTONG_PORT: '0', GUANTONG_PACKS: pack });
const run = (...args: string[]): Promise<Said> => guantong(args, env());

/** What a command that is done says to a program. */
async function told<T>(...args: string[]): Promise<T> {
  const said = await run('--json', ...args);
  expect({ args, code: said.code, stderr: said.stderr }).toEqual({ args, code: 0, stderr: '' });
  return documentOf<T>(said);
}

/** What a command that is refused says to a program. */
async function refused(...args: string[]): Promise<Refusal['error']> {
  const said = await run('--json', ...args);
  expect({ args, code: said.code }).toEqual({ args, code: 1 });
  const { error } = documentOf<Refusal>(said);
  expect(error.message.zh).toMatch(/[\u4e00-\u9fff]/);
  return error;
}

interface Dataset {
  name: string;
  owner: string;
  rows: number;
  snapshot: number | null;
  asOf: string | null;
}

const header = 'id,town,watts,keeper,secret';
async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${[header, ...lines].join('\n')}\n`);
  return path;
}

beforeAll(async () => {
  home = await temporaryFolder('cli');
  folder = await mkdtemp(join(tmpdir(), 'guantong-cli-'));
  pack = await smallPack(join(folder, 'trial'));
  server = await staying(['start', '--json'], env());
  url = (JSON.parse(server.line) as { url: string }).url;
}, 180_000);

afterAll(async () => {
  await server?.end('SIGKILL');
  if (home) await removeHome(home);
  if (folder) await rm(folder, { recursive: true });
});

const folderOf = (path: string): string => path.split('/')[0] ?? '';

describe('wrong usage', () => {
  const wrong = [
    ['fly'],
    ['datasets', '--fast'],
    ['deliver', 'lamps'],
    ['diff', 'lamps', '--limit', 'many'],
    ['diff', 'lamps', '--from', '-1'],
    ['diff', 'lamps', '--as-of', '2026-03-31'],
    ['rows', 'lamps', '--as-of', 'yesterday'],
    ['rows', 'lamps', '--limit', '501'],
    ['discover', 'lamps.csv', '--rows', 'many'],
    ['sample', 'out', '--day', '2026-02-30'],
    ['ranking', '2026-13'],
  ];

  test('2, the error shape for programs, words for people', async () => {
    const programs = await Promise.all(wrong.map((args) => run(...args, '--json')));
    for (const [at, said] of programs.entries()) {
      const args = wrong[at];
      const { code } = documentOf<Refusal>(said).error;
      expect({ args, exit: said.code, code }).toEqual({ args, exit: 2, code: 'app.usage' });
    }
    const people = await run('fly');
    expect({ ...people, stderr: '' }).toEqual({ code: 2, stdout: '', stderr: '' });
    expect(people.stderr).toContain("unknown command 'fly'");
  });

  test('help is no error', async () => {
    const said = await run('--help');
    expect(said.code).toBe(0);
    for (const name of ['start', 'worker', 'check', 'plan', 'apply', 'deliver', 'query', 'diff']) {
      expect(said.stdout).toContain(`\n  ${name} `);
    }
  });
});

describe('starting, refused', () => {
  test('settings that are wrong, all at once', async () => {
    const wrong = { GUANTONG_PORT: 'eighty', GUANTONG_DEMO: 'maybe', GUANTONG_SQL_ROW_LIMIT: '0' };
    const said = await guantong(['settings', '--json'], { ...env(), ...wrong });
    expect(said.code).toBe(1);
    const { error } = documentOf<Refusal>(said);
    expect(error.code).toBe('config.bad_settings');
    expect(error.faults.map((fault) => fault.item).sort()).toEqual([
      'demo',
      'port',
      'sql_row_limit',
    ]);
  });

  test('a second server in the home, a port that is taken, a demo for everybody', async () => {
    const second = await refused('start');
    expect(second.code).toBe('db.home_in_use');
    const other = await temporaryFolder('cli-other');
    const taken = { ...env(), GUANTONG_HOME: other, GUANTONG_PORT: new URL(url).port };
    const port = await guantong(['start', '--json'], taken);
    expect([port.code, documentOf<Refusal>(port).error.code]).toEqual([1, 'app.port_taken']);
    const open = { ...taken, GUANTONG_HOST: '0.0.0.0', GUANTONG_PORT: '0' };
    const demo = await guantong(['start', '--demo', '--json'], open);
    expect([demo.code, documentOf<Refusal>(demo).error.code]).toEqual([
      1,
      'auth.demo_not_loopback',
    ]);
    // What failed to start left no database running.
    expect(await readdir(join(other, 'pg'))).not.toContain('owner.json');
    await removeHome(other);
  });
});

describe('refusals', () => {
  test('a pack with every kind of fault: all at once, each with file and line', async () => {
    const broken = await faultyPack(join(folder, 'faulty', 'trial'));
    const before = await told<Dataset[]>('datasets');
    const [checked, planned, applied] = await Promise.all(
      ['check', 'plan', 'apply'].map((command) => refused(command, broken)),
    );
    for (const error of [checked, planned, applied]) {
      expect(error?.code).toBe('packs.refused');
      const files = new Set(error?.faults.map((fault) => fault.file?.replace(/^trial\//, '')));
      for (const path of Object.keys(faulty).filter((each) => !each.endsWith('.sql'))) {
        const stem = path.replace(/\.\w+$/, '');
        // A folder that is no kind is named once, whatever it holds.
        const named = [...files].some(
          (name) => name && (name.startsWith(stem) || name === folderOf(stem)),
        );
        expect({ path, named }).toEqual({ path, named: true });
      }
      const placed = error?.faults.filter((fault) => fault.line !== undefined) ?? [];
      expect(placed.length).toBeGreaterThanOrEqual((error?.faults.length ?? 0) / 2);
    }
    expect(await told<Dataset[]>('datasets')).toEqual(before);
  });

  test('files and accounts that are not there', async () => {
    const missing = await refused('deliver', 'lamps', join(folder, 'nothing.csv'));
    expect(missing.code).toBe('app.file_missing');
    const nobody = await refused('datasets', '--as', 'nobody');
    expect(nobody.code).toBe('app.account_unknown');
    // Demo accounts are nobody outside of demo mode.
    const demo = await refused('query', 'select id from lamps', '--as', 'xin');
    expect(demo.code).toBe('app.account_unknown');
    const path = await file('unknown.csv', ['0001,330109004,60,甲,x']);
    expect((await refused('deliver', 'nothing', path)).code).toMatch(/not_found|unknown/);
  });
});

describe('work', () => {
  test('check, plan, apply', async () => {
    expect(await told('check', pack)).toMatchObject({ packs: 1, faults: [] });
    expect(await told<{ changes: unknown[] }>('plan', pack)).toMatchObject({ changes: [] });
    expect(await told('apply', pack)).toMatchObject({ changes: [] });
    expect((await run('check', pack)).stdout).toMatch(/1 packs, \d+ files: 0 faults/);
  });

  test('deliver, datasets, diff', async () => {
    const first = await file('first.csv', ['0001,330109004,60,甲,x', '0002,330109005,70,乙,y']);
    const done = await told<Record<string, unknown>>('deliver', 'lamps', first);
    expect(Object.keys(done).sort()).toEqual([
      'accepted',
      'batch',
      'dataset',
      'returned',
      'rows',
      'seconds',
      'snapshot',
      'unchanged',
    ]);
    expect(done).toMatchObject({ dataset: 'lamps', rows: 2, accepted: 2, returned: 0 });
    const second = await file('second.csv', ['0001,330109004,61,甲,x', 'bad,330109004,1,丙,z']);
    const again = await told<Record<string, unknown>>('deliver', 'lamps', second);
    expect(again).toMatchObject({ rows: 2, accepted: 1, returned: 1, unchanged: 0 });
    const [listed] = await told<Dataset[]>('datasets');
    expect(listed).toMatchObject({
      name: 'lamps',
      owner: '330109-zhzf',
      rows: 2,
      snapshot: again.snapshot,
    });
    expect(Date.parse(listed?.asOf ?? '')).toBeGreaterThan(Date.now() - 600_000);
    const diff = await told<{ rows: { kind: string; changed: string[] }[] }>('diff', 'lamps');
    expect(diff.rows).toMatchObject([{ kind: 'changed', key: { id: '0001' }, changed: ['watts'] }]);
    const old = await told<{ rows: { watts: number }[] }>('rows', 'lamps', '--as-of', 'v1');
    const now = await told<{ rows: { watts: number }[] }>('rows', 'lamps');
    expect(old.rows.map(({ watts }) => watts)).not.toEqual(now.rows.map(({ watts }) => watts));
    expect(await told('diff', 'lamps', '--as-of', 'v1')).toMatchObject({ rows: diff.rows });
    const people = await run('diff', 'lamps');
    expect(people.stdout).toContain('watts: 60 -> 61');
  });
});

describe('reading', () => {
  test('search finds in Chinese and by initials; the catalogue goes out and comes in', async () => {
    const found = await told<{ resources: { name: string; hits: object[] }[]; total: number }>(
      'search',
      '路灯',
    );
    expect(found).toMatchObject({ total: 1, resources: [{ name: 'lamps' }] });
    expect(found.resources[0]?.hits).not.toEqual([]);
    expect(await told('search', 'ld')).toMatchObject({ total: 1 });
    expect(await told('search', '没有这样的资源')).toMatchObject({ total: 0, resources: [] });
    expect((await run('search', '路灯')).stdout).toContain('lamps');
    expect((await run('search', '路灯', '--grade', 'L9')).code).toBe(2);
    const book = join(folder, 'catalogue.xlsx');
    await told('catalogue-export', book);
    const same = await told('catalogue-import', book, '--apply');
    expect(same).toMatchObject({ faults: [], changes: [], applied: [] });
  });

  test('query goes through the gate', async () => {
    const found = await told<{ rows: unknown[] }>(
      'query',
      'select id, keeper from lamps order by id',
    );
    expect(found.rows).toEqual([
      { id: '0001', keeper: '甲' },
      { id: '0002', keeper: '乙' },
    ]);
    const refusals = await Promise.all([
      refused('query', 'select secret from lamps'),
      refused('query', "select * from '/etc/passwd'"),
      refused('query', "select * from read_csv('/etc/passwd')"),
      refused('query', 'select * from audit_records'),
      refused('query', 'select 1; select 2'),
    ]);
    expect(refusals.map((error) => error.code)).toEqual([
      'gate.not_granted',
      expect.stringMatching(/^(lake|gate)\./),
      expect.stringMatching(/^lake\./),
      'gate.dataset_not_found',
      expect.stringMatching(/^lake\./),
    ]);
    expect(JSON.stringify(refusals)).not.toContain('root:');
    const star = await told<{ columns: { name: string }[] }>('query', 'select * from lamps');
    expect(star.columns.map((column) => column.name)).not.toContain('secret');
  });

  test('cases, settings, audit', async () => {
    const settings = loadSettings({}, { home, log_level: 'silent' });
    const platform = await openPlatform(settings, { role: 'command' });
    const opened = await openCase(platform.ctx(), {
      type: 'mending',
      title: '灯灭',
      unit: '330109004',
    });
    await platform.close();
    const listed = await told<{ number: string; title: string }[]>('cases', '--type', 'mending');
    expect(listed).toMatchObject([{ number: opened.number, title: '灯灭' }]);
    expect((await run('cases')).stdout).toContain(opened.number);

    const secret = { ...env(), DATABASE_URL: 'postgres://me:hidden-word@localhost/x' };
    const shown = await guantong(['settings', '--json'], secret);
    expect(shown.code).toBe(0);
    expect(shown.stdout).not.toContain('hidden-word');
    const names = documentOf<{ name: string; value: unknown }[]>(shown);
    expect(names.find((one) => one.name === 'home')?.value).toBe(home);

    const verdict = await told<{ whole: boolean; records: number }>('audit', 'verify');
    expect(verdict.whole).toBe(true);
    expect(verdict.records).toBeGreaterThan(0);
  });
});

/** Processes that name the home, or the system folder its database was put in. */
async function left(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (line.includes(home) || variables.includes(`GUANTONG_HOME=${home}\0`)) found.push(line);
  }
  return found;
}

test('a worker beside the server; a guest leaves the database running; Ctrl-C stops all', async () => {
  const worker = await staying(['worker', '--json'], env());
  expect(JSON.parse(worker.line)).toEqual({ worker: expect.any(Number) });
  expect(await worker.end('SIGINT')).toBe(0);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const name of ['database_connections', 'outbox_waiting', 'outbox_lag_seconds', 'jobs']) {
    expect(metrics).toContain(`# TYPE guantong_${name} gauge`);
  }
  expect((await left()).length).toBeGreaterThan(0);
  expect(await server.end('SIGINT')).toBe(0);
  expect(server.said.stderr).toBe('');
  expect(server.said.stdout.trim().split('\n')).toHaveLength(1);
  expect(await left()).toEqual([]);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
