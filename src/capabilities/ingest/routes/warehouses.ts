/** Routes of warehouses: what departments own, what is held about towns. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import { departmentWarehouses, townWarehouses, warehousePermission } from '../actions/index.ts';
import { townWarehouse, warehouses } from '../model.ts';

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
];
