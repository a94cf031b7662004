/** `npm run check`: types, lint, house rules and generated docs, side by side. Under a minute. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from './tree.ts';

interface Check {
  name: string;
  command: string;
  args: string[];
}

const bin = (name: string): string => join(projectRoot, 'node_modules', '.bin', name);

const checks: Check[] = [
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  { name: 'lint', command: bin('biome'), args: ['check', '--error-on-warnings'] },
  { name: 'tidy', command: bin('vitest'), args: ['run', 'tests/tidy', '--reporter=dot'] },
  { name: 'docs', command: process.execPath, args: ['tests/tidy/reference.ts', '--check'] },
];

/** Runs one check. @returns whether it is kept; what it said is printed when it is not */
async function run({ name, command, args }: Check): Promise<boolean> {
  const start = performance.now();
  const child = spawn(command, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${said.trim()}\n`);
  return code === 0;
}

const kept = await Promise.all(checks.map(run));
process.exitCode = kept.every(Boolean) ? 0 : 1;
