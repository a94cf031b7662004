/** The story 新塘一只井盖: its people, its script, its cards. */
export { deliveredBy, workTheDesk } from './desk.ts';
export {
  arriving,
  dayIn,
  type People,
  people,
  Refused,
  type Transport,
  type UploadFile,
} from './drive.ts';
export { type Moment, type Stage, type StoryFacts, storyScript } from './script.ts';
export { demoPassword, type StorySite } from './site.ts';
export { type StopCard, type StoryNumberPlan, stopCards, storyNumbers } from './stops.ts';
export { fetched, injected } from './transport.ts';
