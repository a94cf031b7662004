/** Routes of warehouses: what departments own, what is held about towns. */
import { z } from 'zod';
import { type Route, route, sendTable, tableFormat } from '#kernel/http';
import {
  departmentSheet,
  departmentWarehouses,
  townSheet,
  townWarehouses,
  warehousePermission,
} from '../actions/index.ts';
import { townWarehouse, warehouses } from '../model.ts';

const asFile = z.strictObject({
  format: tableFormat,
  lang: z.enum(['zh', 'en']).default('zh').describe('Language of the head and titles'),
});

export const warehouseRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/warehouses',
    summary: { zh: '部门数据仓', en: 'Warehouses of departments' },
    access: warehousePermission,
    response: warehouses,
    handler: (ctx) => departmentWarehouses(ctx),
  }),
  route({
    method: 'GET',
    path: '/warehouses/towns',
    summary: { zh: '镇街数据仓', en: 'Warehouses of towns' },
    access: 'gate.read',
    response: z.strictObject({ towns: z.array(townWarehouse) }),
    handler: async (ctx) => ({ towns: await townWarehouses(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/warehouses/export',
    summary: { zh: '导出部门数据仓', en: 'Warehouses of departments as a file' },
    access: warehousePermission,
    query: asFile,
    stream: true,
    handler: async (ctx, { query }, reply) =>
      sendTable(reply, await departmentSheet(ctx, query.lang), query.format),
  }),
  route({
    method: 'GET',
    path: '/warehouses/towns/export',
    summary: { zh: '导出镇街数据仓', en: 'Warehouses of towns as a file' },
    access: 'gate.read',
    query: asFile,
    stream: true,
    handler: async (ctx, { query }, reply) =>
      sendTable(reply, await townSheet(ctx, query.lang), query.format),
  }),
];
