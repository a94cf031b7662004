/** The files a story's people have at hand: photos of the spot, the day's exports of their systems. */
import { join } from 'node:path';
import type { StorySite } from '#sample';

const photos = join(import.meta.dirname, '../../../src/sample/story/photos');

export const photo = (name: 'broken' | 'guarded' | 'repaired'): string =>
  join(photos, `${name}.jpg`);

/** A file as the browser hands it in. */
export interface HandIn {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const csv = (name: string, row: Record<string, string>): HandIn => {
  const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  const lines = [Object.keys(row), Object.values(row)].map((cells) => cells.map(cell).join(','));
  return { name, mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\r\n')}\r\n`) };
};

/** Local wall-clock time as departments write it. */
const written = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Asia/Shanghai',
  }).format(at);

const dayOf = (at: Date): string => written(at).slice(0, 10).replaceAll('-', '');
const minutesMs = 60_000;

/** What the hotline exported: one order about the cover. */
export const orderFile = (site: StorySite, now: Date): HandIn =>
  csv('12345工单.csv', {
    order_no: `HZ${dayOf(now).slice(2)}7003`,
    title: `${site.road}井盖塌陷`,
    class: '城市管理-市政设施-井盖',
    way: '电话',
    kind: '求助',
    urgency: '紧急',
    limit_at: written(new Date(now.getTime() + 1440 * minutesMs)),
    state: '待签收',
    town_code: site.town,
    received_at: written(now),
    caller_name: '陈阿姨',
    caller_phone: '13800138000',
    content: '学生上学路上井盖塌陷，请尽快处理',
    address: `新塘街道${site.road}${site.number}号对面`,
  });

/** What the police handed over about it. */
export const handoverFile = (site: StorySite, now: Date): HandIn =>
  csv('110非警务移交.csv', {
    handover_no: `XS${dayOf(now)}-7003`,
    incident_no: `330109${dayOf(now)}007003`,
    town_code: site.town,
    class: '公共设施',
    station: '新塘派出所',
    state: '待接收',
    alarm_at: written(new Date(now.getTime() - 4 * minutesMs)),
    handed_at: written(now),
    caller_name: '赵师傅',
    caller_phone: '13900139000',
    content: '电动车避让井盖摔倒，无人受伤，现场仍有危险',
    address: `${site.road}${site.number}号对面`,
  });
