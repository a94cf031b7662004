/** Door of the app: the list of capabilities, the platform of a process, the server. */
export { capabilities } from './capabilities.ts';
export { demonstration } from './demo.ts';
export { openPlatform, type Platform, packFolders } from './platform.ts';
export { type Running, serve, startServer } from './server.ts';
