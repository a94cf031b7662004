/** Pushing notices by channels outside. */
export { ChannelFailure } from './channel.ts';
export { robotSign } from './robot.ts';
export { pushJob, pushOn, queuePushes, withdrawPushes } from './send.ts';
export {
  channelStates,
  channelsPermission,
  giveUp,
  myContact,
  setContact,
  stuckPushes,
  tryAgain,
} from './standing.ts';
export { signatureOf } from './webhook.ts';
