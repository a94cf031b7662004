/** Commands that run the platform: start, worker. */
import { once } from 'node:events';
import type { Command } from 'commander';
import { demoAccounts } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import { applyPacks, declaredBy } from '#kernel/packs';
import { capabilities } from '../capabilities.ts';
import { type Demonstration, demonstration } from '../demo.ts';
import { answer, type Output, table } from '../output.ts';
import { openPlatform, packFolders, toldTo } from '../platform.ts';
import { type Running, startServer } from '../server.ts';
import { runOf } from './shared.ts';

/** Resolves when the process is asked to end. */
async function asked(): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  stop.abort();
}

const words = {
  zh: {
    ready: '贯通已就绪',
    open: '一次性登录链接（只限本机，打开即以坐席身份进入）',
    accounts: '演示账号（密码都是 guantong-demo）',
    stop: '按 Ctrl-C 停止',
  },
  en: {
    ready: 'Guantong is ready',
    open: 'One-time link, this machine only, signs you in at the duty desk',
    accounts: 'Demo accounts (password of all: guantong-demo)',
    stop: 'Ctrl-C stops it',
  },
};

async function announce(output: Output, running: Running, seat: string): Promise<void> {
  const text = words[output.language];
  const link = await running.link(seat);
  const all = await demoAccounts(running.platform.ctx());
  // One account of every role is enough for a terminal; the page's switcher has them all.
  const ofRoles = [...Map.groupBy(all, (account) => account.role).values()].flatMap((some) =>
    some.slice(0, 1),
  );
  const accounts = ofRoles.map((account) => ({
    login: account.id,
    role: account.title[output.language],
    name: account.name,
    unit: account.unitName,
  }));
  answer(output, { url: running.url, link, accounts }, () =>
    [
      `${text.ready}  ${running.url}`,
      `${text.open}`,
      `  ${link}`,
      `${text.accounts}`,
      table(accounts),
      text.stop,
    ].join('\n'),
  );
}

async function startPlain(output: Output, running: Running): Promise<void> {
  const { platform } = running;
  const packs = packFolders(platform.settings, [], toldTo(platform.log));
  await applyPacks(platform.ctx(), { packs, ...declaredBy(capabilities) });
  answer(output, { url: running.url }, () => `${words[output.language].ready}  ${running.url}`);
}

async function startDemo(
  output: Output,
  running: Running,
  demo: Demonstration,
  ended: Promise<void>,
): Promise<void> {
  let stopped = false;
  void ended.then(() => {
    stopped = true;
  });
  // Accounts come with the packs: they are applied before the link can sign anybody in.
  await demo.prepare();
  await announce(output, running, demo.firstAccount);
  try {
    await demo.fill(() => stopped);
  } catch (thrown) {
    // What is there can be looked at; the next start goes on with the step that failed.
    running.platform.log.error({ err: thrown }, 'the filling broke off');
  }
}

/** The demonstration fetches from itself; whoever says otherwise is heard. */
const demoSettings = (env: NodeJS.ProcessEnv): Partial<Settings> => ({
  demo: true,
  ...(env.GUANTONG_PULL_HOSTS === undefined ? { pull_hosts: '127.0.0.1' } : {}),
  ...(env.GUANTONG_PULL_NETWORKS === undefined ? { pull_networks: '127.0.0.0/8' } : {}),
});

async function start(options: StartOptions, command: Command): Promise<void> {
  const { people } = options;
  const run = runOf(command, {
    ...(options.demo ? demoSettings(process.env) : {}),
    ...(people === undefined ? {} : { sample_people: people }),
  });
  const ended = asked();
  let serving: Running | undefined;
  let demo: Demonstration | undefined;
  const running = await startServer(run.settings, {
    extra: (platform) => {
      if (!run.settings.demo) return [];
      demo = demonstration(platform, () => serving?.app);
      return demo.capabilities;
    },
  });
  serving = running;
  const work = demo ? startDemo(run.output, running, demo, ended) : startPlain(run.output, running);
  try {
    await Promise.race([ended, work.then(() => running.platform.loops()).then(() => ended)]);
  } finally {
    await demo?.close();
    await running.close();
  }
}

interface StartOptions {
  demo?: boolean;
  people?: number;
}

async function worker(_options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const ended = asked();
  const platform = await openPlatform(run.settings, { role: 'worker' });
  try {
    await platform.loops();
    answer(run.output, { worker: process.pid }, () => `worker ${process.pid}`);
    await ended;
  } finally {
    await platform.close();
  }
}

export function runCommands(program: Command): void {
  program
    .command('start')
    .description('start the platform: server, loops, database')
    .option('--demo', 'demonstration: sample district, signed-in link, role switcher')
    .option('--people <number>', 'people of the demonstration (50000)', Number)
    .action(start);
  program
    .command('worker')
    .description('one more process for events, timers and jobs')
    .action(worker);
}
