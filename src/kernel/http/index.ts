/** The door of http: routes, the server, server-sent events. */
export { type Route, type RouteInput, route } from './route.ts';
export { buildServer, type Gauge, type ServerDeps } from './server.ts';
export { type EventStream, sse } from './sse.ts';
