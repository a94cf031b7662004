/** A small case type and the seats of its tests: sign, repair, check. */

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109-water,排水公司,,,department,330109,,yes,,试
330109-telecom,通信公司,,,department,330109,,yes,,试
`;

const role = (title: string): string => `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
levels: [district, town, village, grid, department]
permissions: [cases.read, cases.act, cases.open]
`;

const template = `title: {zh: "{task}", en: "{taskEn}"}
body: {zh: "{number} {title} {unit}", en: "{number}"}
params: [number, title, task, taskEn, unit]
`;

/** What tests set otherwise; YAML as it stands in the file. */
interface Pace {
  /** Seconds to sign in, and until the next seat is called. */
  sign: number;
  warnSign: string;
  repair: string;
  warnRepair: string;
  /** What happens when the repair is late. */
  late: string;
  check: string;
  /** What has to be attached to a repair. */
  evidence: string;
}

const calm: Pace = {
  sign: 30,
  warnSign: '[]',
  repair: '{value: 4, unit: hours}',
  warnRepair: '[50, 80]',
  late: '{escalate: {role: seat, unit: district}}',
  check: '{value: 1, unit: working_days}',
  evidence: '[photo]',
};

const ladderIn = ({ sign }: Pace): string => `title: {zh: 呼叫, en: Call}
source: 试
answered_by: [sign]
rungs:
  - seat: next
    who: {role: seat, unit: district}
    template: told
    channel: in_app
    wait: {value: ${sign}, unit: seconds}
  - {seat: all, who: {role: seat, unit: district}, template: told, channel: in_app}
`;

const potholeIn = (pace: Pace): string => {
  const { sign, warnSign, repair, warnRepair, late, check, evidence } = pace;
  return `title: {zh: 坑洞, en: Pothole}
number: {prefix: KD, digits: 4}
source: 试
slots:
  owner: {title: {zh: 属主, en: Owner}}
  town: {title: {zh: 镇街, en: Town}}
data:
  address: {title: {zh: 地址, en: Address}, type: text, max: 20}
  more: {title: {zh: 延期, en: More}, type: integer}
list: [address]
notices: {task_opened: told, clock_warned: told, clock_expired: told}
start: sign
always:
  recheck_passed: {title: {zh: 复查通过, en: Passed}, by: platform, to: closed}
steps:
  sign:
    title: {zh: 待签收, en: Sign}
    tasks:
      sign:
        title: {zh: 签收, en: Sign}
        role: seat
        unit: district
        offer: next_seat
        actions:
          sign:
            title: {zh: 签收, en: Sign}
            form: {owner: {title: {zh: 属主, en: Owner}, type: unit, required: true}}
            sets: {owner: owner}
            completes: true
        clocks:
          sign:
            title: {zh: 签收, en: Sign}
            limit: {value: ${sign}, unit: seconds}
            source: 试
            warn: ${warnSign}
            at_end: {ladder: call}
    next: work
  work:
    title: {zh: 处置, en: Work}
    tasks:
      repair:
        title: {zh: 修, en: Repair}
        role: crew
        unit: owner
        actions:
          fixed: {title: {zh: 修好, en: Fixed}, evidence: ${evidence}, completes: true}
          back: {title: {zh: 退回, en: Back}, reason: true, to: sign, times: {max: 2, source: 试}}
          move:
            title: {zh: 改派, en: Move}
            reason: true
            form: {owner: {title: {zh: 属主, en: Owner}, type: unit, required: true}}
            sets: {owner: owner}
            cancels: [repair]
            opens: [repair]
          ask:
            title: {zh: 申请延期, en: Ask}
            form:
              more: {title: {zh: 小时, en: Hours}, type: integer, required: true, min: 1, max: 9}
            opens: [decide]
        clocks:
          repair:
            title: {zh: 处置, en: Repair}
            limit: ${repair}
            source: 试
            warn: ${warnRepair}
            at_end: ${late}
      decide:
        title: {zh: 审批, en: Decide}
        role: seat
        unit: district
        on_entry: false
        waits: false
        actions:
          extend:
            title: {zh: 延期, en: Extend}
            completes: true
            extends: {clock: repair, field: more, unit: hours, max: 9}
          pause: {title: {zh: 挂账, en: Pause}, pauses: [repair]}
          resume: {title: {zh: 恢复, en: Resume}, completes: true, resumes: [repair]}
      guard:
        title: {zh: 看护, en: Guard}
        role: crew
        unit: town
        if: town
        actions:
          guarded: {title: {zh: 看好, en: Guarded}, completes: true}
    next: check
  check:
    title: {zh: 核查, en: Check}
    tasks:
      check:
        title: {zh: 核查, en: Check}
        role: crew
        unit: district
        not_by: [repair]
        actions:
          pass: {title: {zh: 通过, en: Pass}, completes: true}
          again: {title: {zh: 返工, en: Again}, to: work, opens: [repair]}
    next: closed
    clocks:
      check:
        title: {zh: 核查, en: Check}
        limit: ${check}
        source: 试
        at_end: {act: lapse}
    actions:
      lapse: {title: {zh: 逾期, en: Lapse}, by: platform, to: closed}
  closed: {title: {zh: 办结, en: Closed}, final: true, outcome: done}
`;
};

/** The files of a pack with this case type, at another pace where it is given. */
export const potholeFiles = (pace: Partial<Pace> = {}) => ({
  'units/all.csv': units,
  'roles/seat.yaml': role('坐席'),
  'roles/crew.yaml': role('处置'),
  'notices/told.yaml': template,
  'ladders/call.yaml': ladderIn({ ...calm, ...pace }),
  'cases/pothole.yaml': potholeIn({ ...calm, ...pace }),
});

/** The case type as its file has it. */
export const pothole = potholeIn(calm);

/** Role and unit path of everybody. */
export const potholeSeats = {
  seat: ['seat', '330109'],
  otherSeat: ['seat', '330109'],
  water: ['crew', '330109/330109-water'],
  telecom: ['crew', '330109/330109-telecom'],
  town: ['crew', '330109/330109004'],
  otherTown: ['crew', '330109/330109005'],
  checker: ['crew', '330109'],
} as const;

export const potholePermissions = ['cases.read', 'cases.act', 'cases.open'];
