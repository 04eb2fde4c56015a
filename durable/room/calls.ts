import type { Room } from './room.ts'

/** What others ask of a room. */
export type RoomCalls = Pick<
  Room,
  | 'createGroup'
  | 'openDirect'
  | 'send'
  | 'invite'
  | 'leave'
  | 'remove'
  | 'markRead'
  | 'markReceived'
  | 'typing'
  | 'takesPart'
  | 'follow'
  | 'replay'
  | 'stillMembers'
  | 'history'
  | 'members'
  | 'fileUrl'
  | 'sharedFiles'
  | 'namesFile'
>
