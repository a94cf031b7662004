/**
 * Pushing by channels outside, on local fakes that check what they get: signature, body, deep link,
 * order, rate, withdrawal. A channel that is down delays and gives way, and nothing is lost.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tx } from '#kernel/db';
import { notices, notify, withdraw } from '#notices';
import { openAccount, organisation } from '#organisation';
import {
  actor,
  applyFiles,
  refusal,
  refusing,
  rowsRead,
  type TestWorld,
  testWorld,
} from '#testing';
import {
  channelStates,
  giveUp,
  myContact,
  setContact,
  stuckPushes,
  tryAgain,
} from './actions/index.ts';
import { queuePushes } from './actions/push/index.ts';
import { insertNotice } from './store.ts';

const capabilities = [organisation, notices];

interface Seen {
  path: string;
  headers: IncomingMessage['headers'];
  query: URLSearchParams;
  text: string;
}

/** What the fakes answer, and what they saw. */
const far = { status: 200, text: '{"errcode":0,"errmsg":"ok"}', seen: [] as Seen[] };
const mails: { to: string; source: string }[] = [];
let mailDown = false;
let web: Server;
let smtp: SMTPServer;
let world: TestWorld;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function startFakes(): Promise<void> {
  web = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const { headers } = request;
      const text = Buffer.concat(pieces).toString('utf8');
      far.seen.push({ path: url.pathname, headers, query: url.searchParams, text });
      response.writeHead(far.status, { location: 'http://169.254.169.254/' }).end(far.text);
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) =>
      done(mailDown ? Object.assign(new Error('later'), { responseCode: 451 }) : null),
    onData: (stream, session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map((one) => one.address).join();
        mails.push({ to, source: Buffer.concat(pieces).toString('utf8') });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
}

const told = (channels: string): string => `title: {zh: "待办：{what}", en: "To do: {what}"}
body: {zh: "{what}，请办理", en: "{what}: please"}
params: [what]
channels: [${channels}]
`;

const secrets = {
  APP_URL: '',
  APP_KEY: 'the app’s key',
  BOT_URL: '',
  BOT_KEY: 'SECbot',
} as Record<string, string>;

beforeAll(async () => {
  await startFakes();
  secrets.APP_URL = `http://127.0.0.1:${portOf(web)}/app`;
  secrets.BOT_URL = `http://127.0.0.1:${portOf(web)}/robot/send?access_token=hidden-token`;
  for (const [name, value] of Object.entries(secrets)) {
    process.env[`GUANTONG_SECRET_${name}`] = value;
  }
  world = await testWorld({
    capabilities,
    settings: {
      push_hosts: '127.0.0.1',
      push_networks: '127.0.0.0/8',
      public_url: 'https://gt.example.gov.cn',
      push_time_limit_ms: 2000,
    },
  });
  const smtpPort = (smtp.server.address() as AddressInfo).port;
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
    'channels/app.yaml': `type: webhook
title: {zh: 端, en: App}
url: {secret: APP_URL}
secret: {secret: APP_KEY}
per_minute: 1000
`,
    'channels/bot.yaml': `type: robot
title: {zh: 群, en: Group}
url: {secret: BOT_URL}
secret: {secret: BOT_KEY}
per_minute: 3
`,
    'channels/post.yaml': `type: mail
title: {zh: 邮件, en: Mail}
host: 127.0.0.1
port: ${smtpPort}
security: none
from: "平台 <no-reply@example.gov.cn>"
`,
    'channels/inner.yaml': `type: webhook
title: {zh: 内, en: Inner}
url: http://169.254.169.254/latest
secret: {secret: APP_KEY}
`,
    'channels/off.yaml': `type: webhook
title: {zh: 未开, en: Off}
url: {secret: NOBODY_SET_THIS}
secret: {secret: APP_KEY}
`,
    'notices/app.yaml': told('app'),
    'notices/bot.yaml': told('bot'),
    'notices/order.yaml': told('off, app, post'),
    'notices/mail.yaml': told('post'),
    'notices/inner.yaml': told('inner, app'),
    'notices/none.yaml': told('off'),
  });
  for (const id of ['zhou', 'qian']) {
    await openAccount(world.ctx, { id, name: id, unit: '330109' });
  }
});

afterAll(async () => {
  await world.close();
  web.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  for (const name of Object.keys(secrets)) delete process.env[`GUANTONG_SECRET_${name}`];
});

beforeEach(async () => {
  far.status = 200;
  far.text = '{"errcode":0,"errmsg":"ok"}';
  far.seen = [];
  mails.length = 0;
  mailDown = false;
  await sql`delete from notice_contact`.execute(world.ctx.db);
  await sql`update notice_push set state = 'done'`.execute(world.ctx.db);
  world.clock.advance(24 * 3_600_000);
});

const tell = async (template: string, accounts = ['zhou'], key = template): Promise<void> => {
  for (const account of accounts) {
    const params = { what: '签收 <井盖>' };
    await notify(world.ctx, { to: { account }, template, params, link: '/cases/SJ1', key });
  }
  await world.drain();
};

const pushes = async () => {
  const { rows } = await sql<{ account: string; state: string; channel: string | null }>`
    select account, state, channel from notice_push order by id`.execute(world.ctx.db);
  return rows;
};
const last = async () => (await pushes()).at(-1);
const operator = () => world.as(actor('system_admin', '330109', ['notices.channels']));
const as = (id: string) => world.as({ ...actor('seat', '330109'), id });

describe('refused', () => {
  const refused = refusing(async () => {
    const { rows } = await sql`
      select (select count(*) from notice_push) as a, (select count(*) from notice_contact) as b,
        (select count(*) from audit_seen) as c`.execute(world.ctx.db);
    return rows[0];
  });

  test('contacts to nobody, the state of channels to who does not run the platform', async () => {
    const nobody = world.as({ ...actor('x', '330109'), kind: 'anonymous' });
    await refused('auth.not_signed_in', () => setContact(nobody, { mail: 'a@b.cn' }));
    await refused('auth.not_signed_in', () => myContact(nobody));
    await refused('auth.not_allowed', () => channelStates(as('zhou')));
    await refused('auth.not_allowed', () => stuckPushes(as('zhou')));
    await refused('auth.not_allowed', () => tryAgain(as('zhou'), '1'));
    await refused('auth.not_allowed', () => giveUp(as('zhou'), '1'));
    for (const doing of [tryAgain, giveUp]) {
      await refused('notices.not_stuck', () => doing(operator(), '999999999'));
    }
  });

  test('a template that names a channel nobody declares', async () => {
    const { faults } = await refusal(
      applyFiles(world.ctx, capabilities, { 'notices/bad.yaml': told('nowhere') }),
    );
    expect(faults.map(({ code, item }) => `${code} ${item}`)).toContain(
      'notices.channel_unknown channels.0',
    );
  });

  test('an address inside: nothing is sent, the next channel takes it', async () => {
    await tell('inner');
    expect(await last()).toMatchObject({ state: 'sent', channel: 'app' });
    expect(far.seen.map((one) => one.path)).toEqual(['/app']);
  });

  test('a redirect is not followed', async () => {
    far.status = 302;
    await tell('app');
    expect(far.seen).toHaveLength(1);
    expect(await last()).toMatchObject({ state: 'queued' });
  });
});

describe('the staff app', () => {
  test('gets a signed item with a deep link, and another when it is done', async () => {
    await tell('app', ['zhou'], 'task-1');
    const [opened] = far.seen;
    const timestamp = String(opened?.headers['x-guantong-timestamp']);
    expect(Number(timestamp)).toBe(world.clock.now().getTime());
    const expected = createHmac('sha256', secrets.APP_KEY ?? '')
      .update(`${timestamp}.${opened?.text}`)
      .digest('hex');
    expect(opened?.headers['x-guantong-signature']).toBe(`v1=${expected}`);
    const body = JSON.parse(opened?.text ?? '{}');
    expect(body).toMatchObject({
      event: 'todo.opened',
      account: 'zhou',
      title: { zh: '待办：签收 <井盖>', en: 'To do: 签收 <井盖>' },
      url: 'https://gt.example.gov.cn/cases/SJ1',
      urgent: false,
    });
    await withdraw(world.ctx, 'task-1');
    await world.drain();
    const done = JSON.parse(far.seen[1]?.text ?? '{}');
    expect(done).toMatchObject({ id: body.id, event: 'todo.done', account: 'zhou' });
    expect(far.seen[1]?.headers['idempotency-key']).not.toBe(opened?.headers['idempotency-key']);
    expect(await last()).toMatchObject({ state: 'done' });
  });

  test('what is withdrawn before it left never leaves', async () => {
    far.status = 503;
    await tell('app', ['zhou'], 'task-2');
    expect(far.seen).toHaveLength(1);
    await withdraw(world.ctx, 'task-2');
    far.status = 200;
    world.clock.advance(3_600_000);
    await world.drain();
    expect(far.seen).toHaveLength(1);
    expect(await last()).toMatchObject({ state: 'done' });
  });

  test('down for a day: delayed each time longer, lost never, doubled never', async () => {
    far.status = 503;
    await tell('app');
    const tries: number[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      world.clock.advance(3_600_000);
      await world.drain();
      tries.push(far.seen.length);
    }
    expect(tries.at(-1)).toBeGreaterThan(20);
    far.status = 200;
    world.clock.advance(3_600_000);
    await world.drain();
    expect(await last()).toMatchObject({ state: 'sent', channel: 'app' });
    const sent = far.seen.length;
    world.clock.advance(3_600_000);
    await world.drain();
    expect(far.seen).toHaveLength(sent);
    // The far end tells the tries apart from a second item by the key.
    expect(new Set(far.seen.map((one) => one.headers['idempotency-key'])).size).toBe(1);
  });
});

describe('channels in order', () => {
  test('one that is off is passed over; one that is down gives way after some tries', async () => {
    await setContact(as('zhou'), { mail: 'zhou@example.gov.cn' });
    far.status = 500;
    await tell('order');
    for (let i = 0; i < 5; i += 1) {
      world.clock.advance(60_000);
      await world.drain();
    }
    expect(far.seen).toHaveLength(world.ctx.settings.push_attempts);
    expect(mails.map((one) => one.to)).toEqual(['zhou@example.gov.cn']);
    expect(await last()).toMatchObject({ state: 'sent', channel: 'post' });
  });

  test('one that will not take it gives way at once; nobody reachable waits', async () => {
    far.status = 400;
    await tell('order', ['qian']);
    expect(far.seen).toHaveLength(1);
    expect(await last()).toMatchObject({ state: 'queued' });
    far.status = 200;
    world.clock.advance(3_600_000);
    await world.drain();
    expect(await last()).toMatchObject({ state: 'sent', channel: 'app' });
  });

  test('with no channel on, the app alone tells', async () => {
    const before = (await pushes()).length;
    await tell('none');
    expect(await pushes()).toHaveLength(before);
  });
});

describe('the group robot', () => {
  test('gets timestamp and sign in the address, Markdown that no text breaks', async () => {
    await tell('bot');
    const [got] = far.seen;
    const timestamp = got?.query.get('timestamp') ?? '';
    const sign = createHmac('sha256', 'SECbot').update(`${timestamp}\nSECbot`).digest('base64');
    expect(got?.query.get('sign')).toBe(sign);
    expect(got?.query.get('access_token')).toBe('hidden-token');
    const body = JSON.parse(got?.text ?? '{}');
    expect(body.msgtype).toBe('markdown');
    expect(body.markdown.title).toBe('待办：签收 <井盖>');
    expect(body.markdown.text).toContain('签收 \\<井盖\\>');
    expect(body.markdown.text).toContain('](https://gt.example.gov.cn/cases/SJ1)');
  });

  test('is told of one notice once, however many people it is for', async () => {
    await sql`insert into org_role (name, title_zh, title_en, permissions, exclusive_with, levels, pack)
      values ('seat', '坐席', 'Seat', '{}', '{}', '{district}', 'x') on conflict do nothing`.execute(
      world.ctx.db,
    );
    for (const id of ['zhou', 'qian']) {
      await sql`insert into org_account_role values (${id}, 'seat', '330109')
        on conflict do nothing`.execute(world.ctx.db);
    }
    const to = { role: 'seat', unit: '330109' };
    await notify(world.ctx, { to, template: 'bot', params: { what: '签收' } });
    await world.drain();
    world.clock.advance(120_000);
    await world.drain();
    expect(far.seen).toHaveLength(1);
    expect((await pushes()).slice(-2).map((one) => one.state)).toEqual(['sent', 'sent']);
  });

  test('takes as many a minute as it may, the others follow later', async () => {
    for (let i = 0; i < 7; i += 1) await tell('bot', ['zhou'], `rate-${i}`);
    expect(far.seen).toHaveLength(3);
    world.clock.advance(60_001);
    await world.drain();
    expect(far.seen).toHaveLength(6);
    world.clock.advance(60_001);
    await world.drain();
    expect(far.seen).toHaveLength(7);
  });

  test('its refusal in a good answer is a refusal, “too many” is a wait', async () => {
    far.text = '{"errcode":130101,"errmsg":"send too fast"}';
    await tell('bot');
    expect(await last()).toMatchObject({ state: 'queued' });
    far.text = '{"errcode":0}';
    world.clock.advance(61_000);
    await world.drain();
    expect(await last()).toMatchObject({ state: 'sent', channel: 'bot' });
    far.text = '{"errcode":310000,"errmsg":"sign not match"}';
    await tell('bot', ['zhou'], 'refused');
    expect(await last()).toMatchObject({ state: 'queued' });
  });
});

test('one notice goes to any number of people, and is taken back from them', async () => {
  const { ctx } = world;
  const count = 8000;
  const people = Array.from({ length: count }, (_, at) => `person-${at}`);
  const text = { zh: '试', en: 'Trial' };
  const told = { template: 'app', title: text, body: text, link: null, urgent: false, key: 'many' };
  const jobs = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pgboss.job
      where name = 'notices.push' and state = 'created'`.execute(ctx.db);
    return rows[0]?.n ?? 0;
  };
  const clear = () => sql`delete from pgboss.job where name = 'notices.push'`.execute(ctx.db);
  await clear();
  await tx(ctx, async (inner) => {
    const id = await insertNotice(inner, { ...told, at: inner.clock.now() }, people);
    await queuePushes(inner, id, people, ['app']);
  });
  expect(await jobs()).toBe(count);
  expect((await pushes()).filter((one) => one.state === 'queued')).toHaveLength(count);
  await clear();
  await sql`update notice_push set state = 'sent', channel = 'app', tried_at = at, sent_at = at
    where state = 'queued'`.execute(ctx.db);
  await withdraw(ctx, 'many');
  expect(await jobs()).toBe(count);
  expect((await pushes()).filter((one) => one.state === 'withdrawing')).toHaveLength(count);
  await clear();
});

describe('mail', () => {
  test('goes to the address the person gave, with the link, and no header smuggled in', async () => {
    await setContact(as('zhou'), { mail: 'zhou@example.gov.cn' });
    await notify(world.ctx, {
      to: { account: 'zhou' },
      template: 'mail',
      params: { what: '甲\r\nBcc: spy@evil.cn' },
      link: '/cases/SJ1',
    });
    await world.drain();
    expect(mails).toHaveLength(1);
    const [{ to, source } = { to: '', source: '' }] = mails;
    expect(to).toBe('zhou@example.gov.cn');
    const [head = ''] = source.split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(head).toMatch(/^message-id: <\d+\.zhou@guantong\.local>/im);
    // Quoted-printable breaks long lines (RFC 2045).
    expect(source.replaceAll('=\r\n', '')).toContain('https://gt.example.gov.cn/cases/SJ1');
  });

  test('a server that says “later” is tried later', async () => {
    await setContact(as('zhou'), { mail: 'zhou@example.gov.cn' });
    mailDown = true;
    await tell('mail');
    expect(mails).toHaveLength(0);
    mailDown = false;
    world.clock.advance(3_600_000);
    await world.drain();
    expect(mails).toHaveLength(1);
  });
});

const words = { zh: '已由钱**（区）受理，不用再办理', en: 'Qian has taken it' };

describe('what cannot be taken back', () => {
  /** Quoted-printable (RFC 2045, 6.7). */
  const decoded = (source: string): string =>
    Buffer.from(
      source
        .replaceAll('=\r\n', '')
        .replace(/=([0-9A-F]{2})/g, (_, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 16)),
        ),
      'latin1',
    ).toString('utf8');

  test('a person told by mail hears below it who took it, once; who took it does not', async () => {
    for (const id of ['zhou', 'qian']) await setContact(as(id), { mail: `${id}@example.gov.cn` });
    await tell('mail', ['zhou', 'qian'], 'task-7');
    await tell('mail', ['zhou'], 'task-7');
    expect(mails).toHaveLength(3);
    mails.length = 0;
    await withdraw(world.ctx, 'task-7', { words, by: 'qian' });
    await world.drain();
    expect(mails.map(({ to }) => to)).toEqual(['zhou@example.gov.cn']);
    const source = mails[0]?.source ?? '';
    expect(source).toMatch(/^in-reply-to: <\d+\.zhou@guantong\.local>/im);
    expect(source).toMatch(/^message-id: <done\.\d+\.zhou@guantong\.local>/im);
    expect(decoded(source)).toContain(words.zh);
    world.clock.advance(3_600_000);
    await world.drain();
    expect(mails).toHaveLength(1);
  });

  test('a group hears it once for all; nothing is said where nobody says what became of it', async () => {
    await tell('bot', ['zhou'], 'task-8');
    await withdraw(world.ctx, 'task-8', { words, by: null });
    await world.drain();
    expect(far.seen).toHaveLength(2);
    const { markdown } = JSON.parse(far.seen[1]?.text ?? '{}');
    expect(markdown.title).toBe('【已办】待办：签收 <井盖>');
    expect(markdown.text).toContain('不用再办理');
    world.clock.advance(120_000);
    await tell('bot', ['zhou'], 'task-9');
    await withdraw(world.ctx, 'task-9');
    await world.drain();
    expect(far.seen).toHaveLength(3);
  });
});

describe('what did not leave', () => {
  test('an end that nobody takes is given up and stands with those that did not leave', async () => {
    await setContact(as('zhou'), { mail: 'zhou@example.gov.cn' });
    await tell('mail', ['zhou'], 'task-10');
    mailDown = true;
    await withdraw(world.ctx, 'task-10', { words, by: null });
    for (let i = 0; i < 10; i += 1) {
      await world.drain();
      world.clock.advance(3_600_000);
    }
    expect(await last()).toMatchObject({ state: 'dropped', channel: 'post' });
    const [dead] = await stuckPushes(operator());
    expect(dead).toMatchObject({ account: 'zhou', channel: 'post', state: 'dropped' });
    expect(JSON.stringify(dead)).not.toContain('井盖');
    mailDown = false;
    mails.length = 0;
    await tryAgain(operator(), dead?.id ?? '');
    expect(mails).toHaveLength(1);
    expect(await last()).toMatchObject({ state: 'done' });
    expect(await stuckPushes(operator())).toEqual([]);
  });

  test('what waits is seen with its reason, tried at once, or given up for good', async () => {
    far.status = 503;
    await tell('app', ['zhou'], 'task-11');
    const [waiting] = await stuckPushes(operator());
    expect(waiting).toMatchObject({ state: 'queued', attempts: 1, lastError: 'HTTP 503' });
    await giveUp(operator(), waiting?.id ?? '');
    far.status = 200;
    world.clock.advance(24 * 3_600_000);
    await world.drain();
    expect(await last()).toMatchObject({ state: 'dropped' });
    await tryAgain(operator(), waiting?.id ?? '');
    expect(await last()).toMatchObject({ state: 'sent', channel: 'app' });
    await expect(tryAgain(operator(), waiting?.id ?? '')).rejects.toThrow();
  });
});

test('no secret stands in tables, errors or the state of the channels', async () => {
  far.status = 500;
  await tell('bot', ['zhou'], 'leak');
  const states = await channelStates(operator());
  expect(states.map(({ name, on, missing }) => [name, on, missing])).toEqual([
    ['app', true, []],
    ['bot', true, []],
    ['inner', true, []],
    ['off', false, ['NOBODY_SET_THIS']],
    ['post', true, []],
  ]);
  expect(states.find(({ name }) => name === 'bot')).toMatchObject({ lastError: 'HTTP 500' });
  const { rows } = await sql<{ text: string }>`
    select coalesce((select string_agg(p::text, ' ') from notice_push p), '')
      || (select string_agg(c::text, ' ') from notice_channel c)
      || (select string_agg(a::text, ' ') from audit_seen a) as text`.execute(world.ctx.db);
  for (const text of [rows[0]?.text ?? '', JSON.stringify(states)]) {
    for (const secret of ['hidden-token', 'SECbot', 'the app’s key']) {
      expect(text).not.toContain(secret);
    }
  }
});

test('how the channels stand is found without reading all that was ever pushed', async () => {
  const { ctx } = world;
  const at = ctx.clock.now();
  await sql`delete from notice_push`.execute(ctx.db);
  const count = 10_000;
  await tx(ctx, async (inner) => {
    const text = { zh: '试', en: 'Trial' };
    const told = { template: 'app', title: text, body: text, link: null, urgent: false, at };
    const id = await insertNotice(inner, { ...told, key: null }, []);
    await sql`insert into notice_push (notice_id, account, channels, state, channel, last_error, at,
        tried_at, sent_at)
      select ${id}::bigint, 'p' || n, array['app', 'bot'],
        case when n <= 3 then 'queued' when n = 4 then 'dropped' else 'done' end,
        case when n > 3 then 'app' end, case when n in (2, 4) then 'down ' || n end, ${at},
        ${at}::timestamptz - n * interval '1 hour',
        case when n > 4 then ${at}::timestamptz - n * interval '1 hour' end
      from generate_series(1, ${count}::int) n`.execute(inner.db);
  });
  const read = await rowsRead(ctx, ['notice_push'], async (inner) => {
    const as = { ...inner, actor: operator().actor };
    const states = await channelStates(as);
    expect(states.find(({ name }) => name === 'app')).toMatchObject({
      ...{ sent: 19, waiting: 3, lastError: 'down 2' },
    });
    expect(states.find(({ name }) => name === 'bot')).toMatchObject({ sent: 0, waiting: 0 });
    expect((await stuckPushes(as)).map(({ lastError }) => lastError)).toEqual(['down 2', 'down 4']);
  });
  expect(read).toBeLessThan(200);
});
