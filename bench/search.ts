/**
 * Search of the catalogue over HTTP at 5,000 resources and 100,000 items: words of two characters
 * and more, pinyin, initials, synonyms, words in every title, words nowhere, filters, deep pages.
 * What is found is held against a plain scan that knows nothing of the search. The mark is 50 ms at
 * p99; the second line is the first search after one resource has changed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { catalogue } from '#catalogue';
import { createAudit } from '#kernel/audit';
import { type Actor, openSession, setActorSource, systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { buildServer } from '#kernel/http';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import type { Row } from './row.ts';

const resources = 5000;
const itemsEach = 20;
const requests = 1000;
const markMs = 50;

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

const things =
  '婚姻 户籍 企业 车辆 房屋 学生 教师 病历 药品 低保 残疾 养老 救助 林地 河道 水库 桥梁 公交 停车 井盖 路灯 工单 许可 处罚 信用 纳税 社保 公积金 就业 培训 食品 餐饮 特种设备 消防 危化 排污 噪声 气象 地灾 农机 种植 畜牧 渔业 旅游 文物 图书 体育 志愿 信访 普法 公证 司法 矫正 出租房 物业 电梯 充电桩 管网 绿化 垃圾'.split(
    ' ',
  );
const kinds = '登记信息 审批结果 检查记录 名录 台账 统计 监测数据 投诉记录 备案信息 年度报告'.split(
  ' ',
);
const parts =
  '姓名 证件号码 联系电话 地址 名称 编号 类别 状态 日期 金额 面积 经度 纬度 负责人 单位 原因 结果 数量 等级 备注 有效期 机关 依据 方式 来源'.split(
    ' ',
  );
const themes = '民政 公安 市场监管 教育 卫生健康 城市治理 生态环境 交通运输 应急 农业农村'.split(
  ' ',
);
const grades = ['L1', 'L2', 'L3', 'L4'];

interface Made {
  name: string;
  title: string;
  texts: string[];
}

/** One invented contract, and its Chinese texts for the plain scan. */
function make(at: number): { made: Made; body: unknown } {
  const thing = pick(things, at);
  const title = `${pick(['萧山区', '全区', '镇街', ''], Math.trunc(at / 7))}${thing}${pick(kinds, Math.trunc(at / things.length))}${at >= 2400 ? `${1 + Math.trunc(at / 600)}期` : ''}`;
  const items = Array.from({ length: itemsEach }, (_, i) => {
    const about = `${pick(things, at + i * 13)}${pick(parts, i + at * 3)}${i % 4 === 0 ? at % 97 : ''}`;
    const words = { zh: about, en: `Item ${i} of ${at}` };
    return {
      name: `item_${at}_${i}`,
      title: words,
      type: 'text',
      grade: pick(grades, at),
      required: false,
    };
  });
  const description = `${title}，由数源单位按周期归集，供部门履职使用。`;
  const body = {
    title: { zh: title, en: `Resource ${at}` },
    description: { zh: description, en: 'Made for the bench' },
    owner: `330109-b${at % 78}`,
    source: { system: `${thing}业务系统` },
    theme: pick(themes, at),
    layer: pick(['raw', 'standard', 'thematic'], at),
    share: { type: 'conditional', condition: '履职', mode: ['api'] },
    open: { type: 'none', clause: '测速' },
    cycle: 'daily',
    mode: 'full',
    key: [],
    unit_item: null,
    subject: null,
    time_zone: null,
    items,
    checks: [],
    headers: {},
    ignore_headers: [],
    derived: false,
    sql: null,
    reads: [],
  };
  const texts = [title, description, pick(themes, at), `${thing}业务系统`];
  return {
    made: { name: `bench_${at}`, title, texts: [...texts, ...items.map((i) => i.title.zh)] },
    body,
  };
}

async function fill(ctx: Ctx): Promise<Made[]> {
  const all = Array.from({ length: resources }, (_, at) => make(at));
  for (let from = 0; from < all.length; from += 250) {
    const rows = all.slice(from, from + 250).map(
      ({ made, body }) => sql`(${made.name}, 1, 'bench', ${JSON.stringify(body)}::json, '-',
        ${systemClock.now()}, 'bench', 2)`,
    );
    await sql`insert into catalogue_contract (name, version, pack, body, digest, applied_at,
      applied_by, epoch) values ${sql.join(rows)}`.execute(ctx.db);
  }
  const groups = JSON.stringify([
    ['低保', '最低生活保障'],
    ['井盖', '窨井盖'],
    ['企业', '公司', '法人'],
  ]);
  await sql`insert into catalogue_synonyms (pack, name, groups)
    values ('bench', 'bench', ${groups}::json)`.execute(ctx.db);
  await sql`insert into catalogue_epoch (epoch) values (2)
    on conflict (id) do update set epoch = catalogue_epoch.epoch + 1`.execute(ctx.db);
  return all.map(({ made }) => made);
}

const searches: readonly string[] = [
  'q=婚姻',
  'q=井盖登记',
  'q=证件号码',
  'q=联系',
  'q=hydj',
  'q=hunyin',
  'q=qiye',
  'q=lxdh',
  'q=数源单位',
  'q=登记信息&theme=民政',
  'q=公司许可',
  'q=最低生活保障 金额',
  'q=item_4711',
  'q=Resource 42',
  'q=企业 负责人&grade=L2',
  'q=不存在的资源',
  'q=养老救助低保',
  'layer=raw',
  'q=信息&after=2000.bench_100&limit=100',
  'q=地&limit=100',
];

/** Words without synonyms and parts: exactly the resources whose texts contain them. */
function verify(found: { q: string; total: number }[], made: readonly Made[]): void {
  for (const { q, total } of found) {
    const scanned = made.filter(({ texts }) => texts.some((text) => text.includes(q))).length;
    if (scanned !== total) throw new Error(`"${q}": ${total} found, a plain scan has ${scanned}`);
  }
}

const at99 = (times: number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

const reader: Actor = {
  kind: 'account',
  id: 'bench',
  name: '测速',
  roles: [{ role: 'builder', unit: '330109', path: '330109', unitName: '萧山区' }],
  permissions: new Set(['catalogue.read']),
  from: '127.0.0.1',
};

async function serve(ctx: Ctx) {
  setActorSource({
    byAccount: async () => reader,
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const { token } = await openSession(ctx, reader.id);
  const makeCtx = (request: { actor: Actor; requestId: string }) => ({ ...ctx, ...request });
  const { settings, log } = ctx;
  const app = await buildServer({ settings, log, capabilities: [catalogue], makeCtx });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (query: string): Promise<{ total: number; ms: number }> => {
    const before = performance.now();
    const response = await fetch(`${url}/api/catalogue/datasets?${encodeURI(query)}`, {
      headers: { cookie: `gt_session=${token}` },
    });
    const body = (await response.json()) as { total: number };
    if (!response.ok) throw new Error(`${query}: ${JSON.stringify(body)}`);
    return { total: body.total, ms: performance.now() - before };
  };
  return { ask, close: () => app.close() };
}

async function measure(ctx: Ctx): Promise<Row[]> {
  const made = await fill(ctx);
  const { ask, close } = await serve(ctx);
  try {
    const first = (await ask('q=婚姻')).ms;
    const plain = ['婚姻', '证件号码', '联系', '数源单位', '登记信息', '信息', '金额'];
    const found = await Promise.all(plain.map(async (q) => ({ q, ...(await ask(`q=${q}`)) })));
    verify(found, made);
    for (const query of searches) await ask(query);
    const times: number[] = [];
    for (let at = 0; at < requests; at += 1) times.push((await ask(pick(searches, at))).ms);
    const changed: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      await sql`update catalogue_epoch set epoch = epoch + 1`.execute(ctx.db);
      await sql`update catalogue_contract set epoch = (select epoch from catalogue_epoch)
        where name = ${`bench_${at}`}`.execute(ctx.db);
      changed.push((await ask('q=婚姻')).ms);
    }
    const row = (name: string, ours: number, bare: number): Row => ({
      name,
      ours,
      bare,
      ratio: bare / ours,
      unit: 'ms, mark',
    });
    return [
      row('search of 5,000 resources, 100,000 items, p99', at99(times), markMs),
      row('first search after a resource changed, p99', at99(changed), markMs),
      row('first search of a process, index built', first, 5000),
    ];
  } finally {
    await close();
  }
}

/**
 * Runs the bench in a home of its own, or on the PostgreSQL of DATABASE_URL, cleaned afterwards.
 */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'bench-search-'));
  const settings = loadSettings(process.env, {
    home,
    log_level: 'silent',
    http_requests_per_minute: 10_000_000,
  });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const { db } = database;
  const lake = await createLake({ home: join(home, 'lake'), log, settings });
  const clock = systemClock;
  const audit = createAudit({ db, settings, clock, log });
  const actor = systemActor('bench');
  const ctx: Ctx = { actor, db, lake, log, clock, audit, settings, requestId: 'bench' };
  try {
    await migrate(db);
    return await measure(ctx);
  } finally {
    await sql`delete from catalogue_contract where pack = 'bench'`.execute(db);
    await sql`delete from catalogue_synonyms where pack = 'bench'`.execute(db);
    await audit.close();
    await lake.close();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
