/** The story's own three reports: one cover, three channels. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deliveryForms } from './deliveries.ts';
import { writeDelivery } from './files.ts';
import { mobileNumber } from './identity.ts';
import { randomOf } from './random.ts';
import type { Row } from './reports.ts';
import { dateDigits, day, localTime } from './rhythm.ts';
import { storyTown, storyVillage } from './units.ts';

export interface StoryFiles {
  group: { dataset: string; path: string; ref: string };
  hotline: { dataset: string; path: string; ref: string };
  police: { dataset: string; path: string; ref: string };
}

const minute = 60_000;
const where = '霞江路128号对面';

/**
 * Serial numbers above what a day of the sample reaches, so that a story never meets an old row.
 */
const serialOf = (now: number, from: number): string =>
  String(from + (Math.floor(now / minute) % 1000)).padStart(4, '0');

function groupRow(now: number): Row {
  return {
    ledger_no: `QT${dateDigits(now)}-${serialOf(now, 5000)}`,
    group_name: '霞江村村民群（三）',
    said_at: localTime(now),
    speaker_name: '王桂芳',
    content: '路边井盖塌了半边，早上差点踩进去',
    address: where,
    village_code: storyVillage,
    recorder: '楼佳宁',
    recorded_at: localTime(now + minute),
    photos: '1',
    state: '未回复',
  };
}

function hotlineRow(now: number): Row {
  const at = now + 17 * minute;
  return {
    order_no: `HZ${dateDigits(at).slice(2)}${serialOf(now, 7000)}`,
    received_at: localTime(at),
    way: '电话',
    caller_name: '王建国',
    caller_phone: mobileNumber(randomOf('story/hotline')),
    kind: '求助',
    class: '城市管理-市政设施-井盖',
    title: '霞江路128号对面井盖塌陷',
    content: '井盖塌了，学生上学路上要经过，请尽快处理',
    address: `新塘街道${where}`,
    town_code: storyTown,
    urgency: '紧急',
    limit_at: localTime(at + day),
    state: '待签收',
  };
}

function policeRow(now: number): Row {
  const at = now + 25 * minute;
  const serial = serialOf(now, 6000);
  return {
    handover_no: `XS${dateDigits(at)}-${serial}`,
    incident_no: `330109${dateDigits(at)}00${serial}`,
    alarm_at: localTime(at - 3 * minute),
    handed_at: localTime(at),
    caller_name: '李小军',
    caller_phone: mobileNumber(randomOf('story/police')),
    class: '公共设施',
    content: '电动车避让塌陷的井盖摔倒，无人受伤',
    address: where,
    town_code: storyTown,
    station: '新塘派出所',
    state: '待接收',
  };
}

/** Writes the three files into `dir/story`; times run from `now` as in the story. */
export async function writeStory(dir: string, now: number): Promise<StoryFiles> {
  await mkdir(join(dir, 'story'), { recursive: true });
  const write = async (name: 'ledger' | 'workOrders' | 'handovers', row: Row, ref: string) => {
    const { dataset, file, format, headers } = deliveryForms[name];
    const path = join(dir, 'story', file);
    const cells = Object.keys(headers).map((item) => row[item] ?? '');
    await writeDelivery(path, format, Object.values(headers), [{ cells }]);
    return { dataset, path, ref };
  };
  const [group, hotline, police] = [groupRow(now), hotlineRow(now), policeRow(now)];
  return {
    group: await write('ledger', group, group.ledger_no ?? ''),
    hotline: await write('workOrders', hotline, hotline.order_no ?? ''),
    police: await write('handovers', police, police.handover_no ?? ''),
  };
}
