/** A pack small enough to be applied in a moment: one register, one case type, who sees what. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109004,新塘街道,Xintang,town,330109,test
330109005,另一街道,Other,town,330109,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
`;

const lamps = `title: {zh: 路灯, en: Lamps}
description: {zh: 路灯登记, en: Register of lamps}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
unit_item: town
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{4}$'}
  town: {title: {zh: 镇街, en: Town}, type: text, grade: L1, required: true}
  watts: {title: {zh: 瓦数, en: Watts}, type: integer, grade: L2, min: 1}
  keeper: {title: {zh: 责任人, en: Keeper}, type: text, semantic: person_name, grade: L3}
  secret: {title: {zh: 密级, en: Secret}, type: text, grade: L4}
`;

const role = (title: string, permissions: string) => `title: {zh: ${title}, en: ${title}}
levels: [district, town, department]
permissions: [${permissions}]
`;

const policy = `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: open, roles: ["*"], grades: [L1, L2], view: plain, because: {zh: 开放, en: open}}
  - {id: admin, roles: [data_admin], grades: [L3], view: plain, because: {zh: 治理, en: governs}}
`;

const people = `demo: true
password: guantong-demo
people:
  xin: {name: 辛一, unit: "330109004", switcher: 1, roles: [{role: reader, unit: "330109004"}]}
`;

const mending = `title: {zh: 修灯, en: Mending}
number: {prefix: XD, digits: 4}
source: 试
slots: {}
data: {}
list: []
notices: {task_opened: told, clock_warned: told, clock_expired: told}
start: work
steps:
  work:
    title: {zh: 修, en: Work}
    tasks:
      mend:
        title: {zh: 修, en: Mend}
        role: reader
        unit: district
        actions:
          done: {title: {zh: 修好, en: Done}, completes: true}
    next: closed
  closed: {title: {zh: 已修, en: Done}, final: true, outcome: done}
`;

const template = `title: {zh: "{task}", en: "{taskEn}"}
body: {zh: "{number}", en: "{number}"}
params: [number, title, task, taskEn, unit]
`;

const good: Record<string, string> = {
  'pack.yaml': 'title: {zh: 试, en: Trial}\nowner: 330109-zhzf\n',
  'units/all.csv': units,
  'roles/data_admin.yaml': role('数据管理员', 'gate.read, ingest.deliver, cases.read, cases.open'),
  'roles/reader.yaml': role('读者', 'gate.read, cases.read, cases.act'),
  'people/demo.yaml': people,
  'policies/grades.yaml': policy,
  'datasets/lamps.yaml': lamps,
  'notices/told.yaml': template,
  'cases/mending.yaml': mending,
};

/** One fault of every kind, each in a file of its own. */
export const faulty: Record<string, string> = {
  'datasets/broken.yaml': 'title: {zh: 坏\n',
  'datasets/wrong.yaml': lamps.replace('cycle: daily', 'cycle: sometimes').replace('L4', 'L9'),
  'datasets/leaks.yaml': lamps.replace('mode: merge\n', ''),
  'datasets/leaks.sql': "select id, town, watts, keeper, secret\nfrom '/etc/passwd'\n",
  'datasets/derived.yaml': lamps.replace('mode: merge\n', ''),
  'datasets/derived.sql': 'select * from nowhere\n',
  'units/more.csv': 'code,name,name_en,level,parent,source\n330109-x,某局,X,galaxy,330109,test\n',
  'policies/twice.yaml': policy.replace('id: admin', 'id: open').replace('data_admin', 'nobody'),
  'cases/endless.yaml': mending.replace('next: closed', 'next: nowhere'),
  'unknown/kind.yaml': 'a: 1\n',
};

async function write(folder: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The pack in `folder`, which gets its name. */
export const smallPack = (folder: string): Promise<string> => write(folder, good);

/** The same with faults beside it. */
export const faultyPack = (folder: string): Promise<string> =>
  write(folder, { ...good, ...faulty });
