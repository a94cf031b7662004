/** Lists and libraries of the catalogue as tables for a file, of what the viewer may know. */
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import type { Table } from '#kernel/http';
import { listLibraries } from './libraries.ts';
import { catalogueLists } from './lists.ts';

export const sheetNames = ['demands', 'duties', 'negatives', 'overdue', 'libraries'] as const;
export type SheetName = (typeof sheetNames)[number];

type Lang = 'zh' | 'en';
type Line = readonly unknown[];
type Head = readonly (readonly [zh: string, en: string, isNumber?: true])[];

interface Sheet {
  title: Bilingual;
  head: Head;
  lines: Line[];
}

const titleOf = (one: { title: Bilingual } | null, lang: Lang): string => one?.title[lang] ?? '';

async function demands(ctx: Ctx, lang: Lang): Promise<Sheet> {
  const { demands: rows } = await catalogueLists(ctx);
  return {
    title: { zh: '需求清单', en: 'Demands' },
    head: [
      ['编号', 'Number'],
      ['需要的数据', 'Wanted'],
      ['需求单位', 'Applicant'],
      ['应用场景', 'Scenario'],
      ['依据', 'Basis'],
      ['对应资源', 'Resource'],
      ['供数单位', 'Provider'],
      ['期限', 'Deadline'],
      ['状态', 'State'],
      ['超期', 'Late'],
    ],
    lines: rows.map((row) => [
      ...[row.id, row.wanted, row.applicantUnit.name, row.scenario, row.basis],
      ...[titleOf(row.resource, lang), row.providerUnit?.name, row.deadline, row.state, row.late],
    ]),
  };
}

async function duties(ctx: Ctx, lang: Lang): Promise<Sheet> {
  const { duties: rows } = await catalogueLists(ctx);
  return {
    title: { zh: '责任清单', en: 'Duties' },
    head: [
      ['编号', 'Number'],
      ['应归集的数据', 'Data owed'],
      ['责任单位', 'Responsible'],
      ['责任岗位', 'Role'],
      ['对应资源', 'Resource'],
      ['期限', 'Deadline'],
      ['依据', 'Basis'],
      ['上次归集', 'Last delivery'],
      ['状态', 'State'],
    ],
    lines: rows.map((row) => [
      ...[row.id, row.title, row.responsible.name, row.role, titleOf(row.resource, lang)],
      ...[row.deadline, row.basis, row.asOf, row.state],
    ]),
  };
}

async function negatives(ctx: Ctx, lang: Lang): Promise<Sheet> {
  const { negatives: rows } = await catalogueLists(ctx);
  return {
    title: { zh: '负面清单', en: 'Refusals' },
    head: [
      ['数据资源', 'Resource'],
      ['信息项', 'Item'],
      ['数源单位', 'Owner'],
      ['不予共享依据', 'Clause'],
      ['理由', 'Reason'],
      ['批准', 'Approved by'],
      ['批准日期', 'Approved on'],
      ['复核期限', 'Review by'],
      ['状态', 'State'],
    ],
    lines: rows.map((row) => [
      ...[row.resource.title[lang], titleOf(row.item, lang), row.owner.name, row.clause],
      ...[row.reason, row.approver, row.approvedOn, row.reviewOn, row.state],
    ]),
  };
}

async function overdue(ctx: Ctx, lang: Lang): Promise<Sheet> {
  const { overdue: rows } = await catalogueLists(ctx);
  return {
    title: { zh: '逾期未归集', en: 'Overdue' },
    head: [
      ['数据资源', 'Resource'],
      ['英文名', 'Name'],
      ['数源单位', 'Owner'],
      ['更新周期', 'Cycle'],
      ['上次归集', 'Last delivery'],
      ['应归集日', 'Due'],
      ['逾期天数', 'Days late', true],
    ],
    lines: rows.map((row) => [
      ...[row.title[lang], row.name, row.owner.name, row.cycle, row.asOf, row.due],
      row.due === null ? null : row.days,
    ]),
  };
}

/** One line for each dataset of a library, with those who may use the library. */
async function libraries(ctx: Ctx, lang: Lang): Promise<Sheet> {
  const all = await listLibraries(ctx);
  return {
    title: { zh: '专题库', en: 'Thematic libraries' },
    head: [
      ['专题库', 'Library'],
      ['管库单位', 'Keeper'],
      ['数据资源', 'Resource'],
      ['英文名', 'Name'],
      ['数源单位', 'Owner'],
      ['行数', 'Rows', true],
      ['最近归集', 'Last delivery'],
      ['授权使用（有效）', 'May use it'],
    ],
    lines: all.flatMap((one) => {
      const users = one.users.filter(({ standing }) => standing);
      const named = users.map(({ name, purpose, until }) => `${name}：${purpose}，至 ${until}`);
      return one.datasets.map((held) => [
        ...[one.title[lang], one.owner.name, held.title[lang], held.name, held.ownerName],
        ...[held.rows, held.asOf, named.join('\n')],
      ]);
    }),
  };
}

const sheets: Record<SheetName, (ctx: Ctx, lang: Lang) => Promise<Sheet>> = {
  demands,
  duties,
  negatives,
  overdue,
  libraries,
};

/** One of the lists as a table; that it left the platform is audited. */
export async function catalogueSheet(ctx: Ctx, name: SheetName, lang: Lang): Promise<Table> {
  const { title, head, lines } = await sheets[name](ctx, lang);
  const detail = { list: name };
  await ctx.audit.record(ctx, { action: 'catalogue.export', rows: lines.length, detail });
  return {
    name,
    title: title[lang],
    columns: head.map(([zh, en, isNumber]) => ({
      title: lang === 'zh' ? zh : en,
      isNumber: isNumber === true,
    })),
    rows: lines,
  };
}
