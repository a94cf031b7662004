/** Warehouses as tables for a file: counts and dates, of what the viewer may know. */
import type { Ctx } from '#kernel/context';
import type { Table } from '#kernel/http';
import { departmentWarehouses } from './departments.ts';
import { townWarehouses } from './towns.ts';

type Lang = 'zh' | 'en';
type Head = readonly (readonly [zh: string, en: string, isNumber?: true])[];

const named = ({ name, nameEn }: { name: string; nameEn: string }, lang: Lang): string =>
  lang === 'zh' ? name : nameEn;

const kinds = {
  collected: { zh: '归集', en: 'collected' },
  returned: { zh: '回流', en: 'from above' },
  derived: { zh: '派生', en: 'derived' },
} as const;

const columnsOf = (head: Head, lang: Lang): Table['columns'] =>
  head.map(([zh, en, isNumber]) => ({
    title: lang === 'zh' ? zh : en,
    isNumber: isNumber === true,
  }));

const departmentHead: Head = [
  ['单位', 'Unit'],
  ['单位编码', 'Code'],
  ['数据资源', 'Resource'],
  ['英文名', 'Name'],
  ['主题', 'Theme'],
  ['来路', 'Way in'],
  ['分级', 'Grade'],
  ['行数', 'Rows', true],
  ['归集批次', 'Deliveries', true],
  ['退回未补', 'Rows out', true],
  ['使用单位数', 'Units using it', true],
  ['读取次数', 'Reads', true],
  ['有效授权', 'Standing grants', true],
  ['最近归集', 'Last delivery'],
  ['下次应交', 'Due'],
];

/** One line for each dataset of each unit; audited. */
export async function departmentSheet(ctx: Ctx, lang: Lang): Promise<Table> {
  const { units } = await departmentWarehouses(ctx);
  const rows = units.flatMap((unit) =>
    unit.resources.map((one) => [
      ...[named(unit, lang), unit.code, one.title[lang], one.name, one.theme],
      ...[kinds[one.kind][lang], one.grade, one.rows, one.deliveries, one.out],
      ...[one.readers, one.reads, one.grants, one.asOf, one.due],
    ]),
  );
  await ctx.audit.record(ctx, { action: 'ingest.export_warehouses', rows: rows.length });
  const title = lang === 'zh' ? '部门数据仓' : 'Warehouses of departments';
  return { name: 'warehouses', title, columns: columnsOf(departmentHead, lang), rows };
}

const townHead: Head = [
  ['镇街', 'Town'],
  ['区划代码', 'Code'],
  ['数据资源', 'Resource'],
  ['英文名', 'Name'],
  ['主题', 'Theme'],
  ['数源单位', 'Owner'],
  ['行数', 'Rows', true],
  ['最近归集', 'Last delivery'],
];

/** One line for each dataset with rows about a town; counted through the gate, audited. */
export async function townSheet(ctx: Ctx, lang: Lang): Promise<Table> {
  const towns = await townWarehouses(ctx);
  const rows = towns.flatMap((town) =>
    town.resources.map((one) => [
      ...[named(town, lang), town.code, one.title[lang], one.name, one.theme],
      ...[one.ownerName, one.rows, one.asOf],
    ]),
  );
  await ctx.audit.record(ctx, { action: 'ingest.export_towns', rows: rows.length });
  const title = lang === 'zh' ? '镇街数据仓' : 'Warehouses of towns';
  return { name: 'towns', title, columns: columnsOf(townHead, lang), rows };
}
