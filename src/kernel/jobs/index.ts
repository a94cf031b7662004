/** Jobs (a queue in the caller's transaction) and timers (clocks that fire once). */
export { installJobs } from './boss.ts';
export { jobErrors } from './errors.ts';
export {
  delayedJobs,
  type EnqueueOptions,
  enqueue,
  enqueueAll,
  type JobHandler,
  type JobsDeps,
  type OnJobFailure,
  runJobs,
  startJobs,
  unhandledJobs,
} from './queue.ts';
export {
  armTimer,
  cancelTimer,
  fireDueTimers,
  type OnTimerFailure,
  setTimer,
  startTimers,
  type Timer,
  type TimerHandler,
  type TimersDeps,
  type TimersRunner,
} from './timers.ts';
