/** Verbs of notices. */
export { type Channel, type ChannelMessage, registerChannel } from './channels.ts';
export { armKeeping, keep, keepDue, keepJob, keepTimer } from './keeping.ts';
export { myNotices, readNotice } from './mine.ts';
export { answersTo, outboundTimer, sendOutbound } from './outbound.ts';
export {
  channelStates,
  channelsPermission,
  giveUp,
  myContact,
  pushJob,
  pushOn,
  setContact,
  stuckPushes,
  tryAgain,
} from './push/index.ts';
export { type NotifyInput, notify, type Recipient, withdraw } from './tell.ts';
