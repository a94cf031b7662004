/** Door of the browser's tests: people at pages of a real server over a small district. */
export { playLive } from '../stage.ts';
export {
  type Audience,
  audience,
  noBrowser,
  patienceMs,
  type Visitors,
  visitors,
} from './people.ts';
export { type BrowserStage, browserStage } from './stage.ts';
export { builtWeb } from './web.ts';
