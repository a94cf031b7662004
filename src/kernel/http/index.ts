/** The door of http: routes, the server, server-sent events, uploads. */
export { csvField, harmless } from './csv.ts';
export { httpErrors } from './errors.ts';
export { type Guard, guardOf, type Reach, requireAddress, requireHost } from './guard.ts';
export type { Gauge } from './metrics.ts';
export { type Route, type RouteInput, route } from './route.ts';
export { buildServer, kernelCapabilities, type ServerDeps, servedRoutes } from './server.ts';
export { type Cell, put, writeWorkbook } from './sheet.ts';
export { type EventStream, sse } from './sse.ts';
export type { ServedRoute } from './state.ts';
export {
  type AnyTable,
  type FarRows,
  rowsOf,
  sendTable,
  type Table,
  type TableFormat,
  tableFormat,
  tableStream,
} from './table.ts';
export { type Received, type ReceivedFile, receiveFiles } from './upload.ts';
