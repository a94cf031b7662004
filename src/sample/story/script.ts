/**
 * 新塘一只井盖: the script. Each moment is one person doing one thing through the public API; what it
 * learns (ids, times) it leaves in `facts` for the moments after it, so the story goes on after any
 * interruption. A moment may be played again: what it did already stands and is not done twice.
 */
import { readFileSync } from 'node:fs';
import type { People } from './drive.ts';
import type { StorySite } from './site.ts';

export type StoryFacts = Record<string, string>;

export interface Stage {
  people: People;
  site: StorySite;
  facts: StoryFacts;
  /** Time of day on the stage. */
  now(): Date;
  /** Day of this playing, `20261120`, local. */
  day: string;
  /** Four digits that no two playings of a day share: they stand in the channels' numbers. */
  serial: string;
}

export interface Moment {
  stop: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** Time of day in the story, `HH:MM:SS`. */
  at: string;
  /** Sign-in name of who acts. */
  who: string;
  run: (stage: Stage) => Promise<StoryFacts>;
}

const photo = (name: string): Buffer =>
  readFileSync(new URL(`./photos/${name}.jpg`, import.meta.url));

async function attach({ people }: Stage, login: string, name: string): Promise<string> {
  const file = { name: `${name}.jpg`, type: 'image/jpeg', content: photo(name) };
  const stored = await people.upload<{ sha256: string }>(login, '/api/cases/attachments', {}, file);
  return stored.sha256;
}

interface Told {
  report: { id: string; event: string };
}

const need = (facts: StoryFacts, name: string): string => {
  const value = facts[name];
  if (value === undefined) throw new Error(`the story has no "${name}" yet`);
  return value;
};

const addressOf = ({ site }: Stage): string => `${site.road}${site.number}号对面`;

/** The event that a channel's number opened; intake follows a delivery within moments. */
async function eventOf(stage: Stage, channel: string, ref: string): Promise<string> {
  const url = `/api/hub/reports?channel=${channel}&ref=${encodeURIComponent(ref)}`;
  const found = await stage.people.get<{ reports: { event: string }[] }>('zhou', url);
  const event = found.reports[0]?.event;
  if (event === undefined) throw new Error(`the report ${ref} has not arrived`);
  return event;
}

const csv = (row: Record<string, string>): Buffer => {
  const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  const values = Object.values(row);
  return Buffer.from(
    `${Object.keys(row).map(cell).join(',')}\r\n${values.map(cell).join(',')}\r\n`,
  );
};

async function deliver(
  stage: Stage,
  login: string,
  dataset: string,
  row: Record<string, string>,
): Promise<void> {
  const file = {
    name: `${dataset}-${stage.day}-${stage.serial}.csv`,
    type: 'text/csv',
    content: csv(row),
  };
  await stage.people.upload(login, '/api/ingest/deliveries', { dataset }, file);
}

/** Local wall-clock time as departments write it. */
const written = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Asia/Shanghai',
  }).format(at);

interface CaseStanding {
  number: string;
  timeline: { kind: string; action: string | null }[];
}

/** The case as it stands, and how often an action was done in it. */
async function standing(
  { people }: Stage,
  id: string,
  action: string,
): Promise<{ number: string; times: number }> {
  const { number, timeline } = await people.get<CaseStanding>('zhou', `/api/cases/${id}`);
  return { number, times: timeline.filter((entry) => entry.action === action).length };
}

const sign =
  (event: string) =>
  async (stage: Stage): Promise<StoryFacts> => {
    const id = need(stage.facts, event);
    const { number, times } = await standing(stage, id, 'sign');
    if (times === 0) await stage.people.post('zhou', `/api/hub/events/${id}/sign`, {});
    return { [`${event}Number`]: number };
  };

interface Doing {
  data?: Record<string, unknown>;
  reason?: string;
  attachments?: string[];
}

/** Acts on the event, unless an interrupted playing did; `after`: how often others do it before. */
async function act(
  stage: Stage,
  login: string,
  action: string,
  more: Doing & { after?: number } = {},
): Promise<void> {
  const id = need(stage.facts, 'groupEvent');
  const { after = 0, ...doing } = more;
  const { times } = await standing(stage, id, action);
  if (times > after) return;
  await stage.people.post(login, `/api/cases/${id}/act`, { action, ...doing });
}

const first: Moment[] = [
  {
    stop: 1,
    at: '07:41:00',
    who: 'lou',
    run: async (stage) => {
      const told = await stage.people.post<Told>('lou', '/api/hub/reports', {
        channel: 'group',
        ref: `QT${stage.day}-${stage.serial}`,
        text: '路边井盖塌了半边，早上差点踩进去',
        address: addressOf(stage),
        reporterName: '王桂芳',
        photos: [await attach(stage, 'lou', 'broken')],
      });
      return { groupEvent: told.report.event, groupReport: told.report.id };
    },
  },
  { stop: 1, at: '07:41:22', who: 'zhou', run: sign('groupEvent') },
];

const orderNo = ({ day, serial }: Stage): string => `HZ${day.slice(2)}${serial}`;
const handoverNo = ({ day, serial }: Stage): string => `XS${day}-${serial}`;

const second: Moment[] = [
  {
    stop: 2,
    at: '07:58:00',
    who: 'hu',
    run: async (stage) => {
      await deliver(stage, 'hu', 'work_orders_12345', {
        order_no: orderNo(stage),
        title: `${stage.site.road}井盖塌陷`,
        class: '城市管理-市政设施-井盖',
        way: '电话',
        kind: '求助',
        urgency: '紧急',
        limit_at: written(new Date(stage.now().getTime() + 86_400_000)),
        state: '待签收',
        town_code: stage.site.town,
        received_at: written(stage.now()),
        caller_name: '陈阿姨',
        caller_phone: '13800138000',
        content: `学生上学路上井盖塌陷，请尽快处理`,
        address: `新塘街道${addressOf(stage)}`,
      });
      return {};
    },
  },
  {
    stop: 2,
    at: '07:58:14',
    who: 'zhou',
    run: async (stage) => {
      const orderEvent = await eventOf(stage, '12345', orderNo(stage));
      const facts = { ...stage.facts, orderEvent };
      return { orderEvent, ...(await sign('orderEvent')({ ...stage, facts })) };
    },
  },
  {
    stop: 2,
    at: '08:06:00',
    who: 'jin',
    run: async (stage) => {
      await deliver(stage, 'jin', 'handovers_110', {
        handover_no: handoverNo(stage),
        incident_no: `330109${stage.day}00${stage.serial}`,
        town_code: stage.site.town,
        class: '公共设施',
        station: '新塘派出所',
        state: '待接收',
        alarm_at: written(new Date(stage.now().getTime() - 240_000)),
        handed_at: written(stage.now()),
        caller_name: '赵师傅',
        caller_phone: '13900139000',
        content: '电动车避让井盖摔倒，无人受伤，现场仍有危险',
        address: addressOf(stage),
      });
      return {};
    },
  },
  {
    stop: 2,
    at: '08:06:19',
    who: 'zhou',
    run: async (stage) => {
      const policeEvent = await eventOf(stage, '110', handoverNo(stage));
      const facts = { ...stage.facts, policeEvent };
      return { policeEvent, ...(await sign('policeEvent')({ ...stage, facts })) };
    },
  },
  {
    stop: 2,
    at: '08:07:00',
    who: 'zhou',
    run: async (stage) => {
      const main = need(stage.facts, 'groupEvent');
      const others = [need(stage.facts, 'orderEvent'), need(stage.facts, 'policeEvent')];
      const { times } = await standing(stage, need(stage.facts, 'orderEvent'), 'join');
      if (times > 0) return {};
      await stage.people.post('zhou', `/api/hub/events/${main}/join`, { others });
      return {};
    },
  },
];

const third: Moment[] = [
  {
    stop: 3,
    at: '08:08:00',
    who: 'zhou',
    run: async (stage) => {
      const id = need(stage.facts, 'groupEvent');
      const { times } = await standing(stage, id, 'dispatch');
      if (times === 0) await stage.people.post('zhou', `/api/hub/events/${id}/dispatch`, {});
      return {};
    },
  },
];

const fourth: Moment[] = [
  {
    stop: 4,
    at: '08:11:00',
    who: 'fang',
    run: async (stage) => {
      const data = { grid: stage.site.grid, note: '先看护现场，等属主来修' };
      await act(stage, 'fang', 'assign', { data });
      return {};
    },
  },
  {
    stop: 4,
    at: '08:17:00',
    who: 'shen',
    run: async (stage) => {
      await act(stage, 'shen', 'arrived');
      return {};
    },
  },
  {
    stop: 4,
    at: '08:19:00',
    who: 'shen',
    run: async (stage) => {
      const attachments = [await attach(stage, 'shen', 'guarded')];
      const data = { owner_found: stage.site.real.name };
      await act(stage, 'shen', 'owner_found', { data, attachments });
      return {};
    },
  },
  {
    stop: 4,
    at: '08:21:00',
    who: 'shen',
    run: async (stage) => {
      const attachments = [await attach(stage, 'shen', 'guarded')];
      await act(stage, 'shen', 'done', { data: { note: '放置锥桶 4 只，守住现场' }, attachments });
      return {};
    },
  },
  {
    stop: 4,
    at: '08:26:00',
    who: 'zhou',
    run: async (stage) => {
      const { registered, real } = stage.site;
      const reason = `现场铭文是${real.name}，登记写的是${registered.name}`;
      await act(stage, 'zhou', 'redirect', { data: { owner: real.code }, reason });
      return {};
    },
  },
  {
    stop: 4,
    at: '10:26:00',
    who: 'ni',
    run: async (stage) => {
      await act(stage, 'ni', 'done', {
        after: 1,
        data: { note: '已更换井盖并复测，通行恢复' },
        attachments: [await attach(stage, 'ni', 'repaired')],
      });
      return {};
    },
  },
];

const fifth: Moment[] = [
  {
    stop: 5,
    at: '10:52:00',
    who: 'chen',
    run: async (stage) => {
      const attachments = [await attach(stage, 'chen', 'repaired')];
      await act(stage, 'chen', 'pass', { attachments });
      return {};
    },
  },
  {
    stop: 5,
    at: '11:02:00',
    who: 'zhou',
    run: async (stage) => {
      const answer = '井盖已更换，现场恢复通行，感谢反映';
      await act(stage, 'zhou', 'answer', { data: { answer } });
      return {};
    },
  },
  {
    stop: 5,
    at: '11:05:00',
    who: 'wang',
    run: async (stage) => {
      const report = need(stage.facts, 'groupReport');
      await stage.people.post('wang', `/api/hub/reports/${report}/rating`, { rating: 5 });
      return {};
    },
  },
];

interface OpenCases {
  items: { id: string; number: string; closedAt: string | null }[];
}

async function correctionOf(stage: Stage): Promise<{ id: string; number: string }> {
  const subject = encodeURIComponent(`component/${stage.site.component}`);
  const found = await stage.people.get<OpenCases>(
    'sun',
    `/api/cases/?type=correction&subject=${subject}`,
  );
  const newest = found.items[0];
  if (!newest) throw new Error('no correction was opened for the component');
  return newest;
}

const sixth: Moment[] = [
  {
    stop: 6,
    at: '11:06:00',
    who: 'sun',
    run: async (stage) => {
      const { id, number } = await correctionOf(stage);
      return { correction: id, correctionNumber: number };
    },
  },
  {
    stop: 6,
    at: '14:30:00',
    who: 'sun',
    run: async (stage) => {
      const { component, real } = stage.site;
      const url = `/api/gate/rows/components/${component}?purpose=correction`;
      const held = await stage.people.get<{ row: Record<string, unknown> }>('sun', url);
      const row = Object.fromEntries(
        Object.entries(held.row).map(([item, value]) => [item, String(value ?? '')]),
      );
      const mended = { ...row, owner_code: real.code, owner_name: real.name };
      await deliver(stage, 'sun', 'components', mended);
      return {};
    },
  },
];

const seventh: Moment[] = [
  {
    stop: 7,
    at: '14:32:00',
    who: 'zhang',
    run: async (stage) => {
      const url = `/api/cases/${need(stage.facts, 'correction')}`;
      const correction = await stage.people.get<{ closedAt: string | null }>('sun', url);
      if (correction.closedAt === null) throw new Error('the correction did not close by itself');
      return { correctionClosedAt: correction.closedAt };
    },
  },
];

export const storyScript: readonly Moment[] = [
  ...first,
  ...second,
  ...third,
  ...fourth,
  ...fifth,
  ...sixth,
  ...seventh,
];
