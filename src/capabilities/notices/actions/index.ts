/** Verbs of notices. */
export { type Channel, type ChannelMessage, registerChannel } from './channels.ts';
export { myNotices, readNotice } from './mine.ts';
export { answersTo, outboundTimer, sendOutbound } from './outbound.ts';
export {
  channelStates,
  channelsPermission,
  myContact,
  pushJob,
  pushOn,
  setContact,
} from './push/index.ts';
export { type NotifyInput, notify, type Recipient, withdraw } from './tell.ts';
