import type { DeviceId, FileId, ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'

export type EveryEvent = { [Type in Up['type']]: Extract<Up, { type: Type }> }

export type EventParts = {
  readonly user: UserId
  /** Of an account that is to be made. */
  readonly newUser?: UserId
  readonly device: DeviceId
  readonly newDevice?: DeviceId
  readonly room: RoomId
  readonly producer: ProducerId
  readonly token: string
  /** That is sent, and that a message names. */
  readonly file: FileId
  readonly named?: FileId
  readonly newFile?: FileId
  /** Whom the event is about, where that is somebody else. */
  readonly other?: UserId
}

/** One good event of each type that a client can say: one that is missing here does not compile. */
export function everyEvent(parts: EventParts): EveryEvent {
  const { user, device, room, producer, token, file } = parts
  const { newUser = user, newDevice = device, other = user, named = file, newFile = file } = parts
  const account = { handle: 'somebody', name: 'Some Body', device: newDevice, deviceName: 'Phone' }
  const password = 'a long password'
  return {
    hello: { type: 'hello', versions: [1], client: 'web/1' },
    register: { type: 'register', id: 1, user: newUser, invitation: 'i'.repeat(22), password, ...account },
    'log-in': { type: 'log-in', id: 2, handle: 'somebody', password, device: newDevice, deviceName: 'Phone' },
    authenticate: { type: 'authenticate', id: 3, token },
    sync: { type: 'sync', id: 4, inbox: 7, rooms: [[room, 12]] },
    send: { type: 'send', room, producer, n: 1, text: 'a "b" \n 你好' },
    skip: { type: 'skip', room, producer, n: 1 },
    history: { type: 'history', id: 5, room, direction: 'older', anchor: 9, limit: 50 },
    'mark-read': { type: 'mark-read', room, seq: 9 },
    'mark-received': { type: 'mark-received', room, seq: 9 },
    typing: { type: 'typing', room },
    'create-group': { type: 'create-group', id: 6, room, title: 'Plans', members: [] },
    'open-direct': { type: 'open-direct', id: 7, user: other },
    'invite-members': { type: 'invite-members', id: 8, room, users: [other] },
    leave: { type: 'leave', id: 9, room },
    'remove-member': { type: 'remove-member', id: 33, room, user: other },
    'list-members': { type: 'list-members', id: 10, room },
    'find-user': { type: 'find-user', id: 11, handle: 'one' },
    'get-profiles': { type: 'get-profiles', id: 12, users: [other] },
    'get-presence': { type: 'get-presence', id: 13, user: other },
    'create-invitation': { type: 'create-invitation', id: 14, uses: 1 },
    'create-account': { type: 'create-account', id: 15, user: newUser, ...account },
    'list-devices': { type: 'list-devices', id: 16 },
    'revoke-device': { type: 'revoke-device', id: 17, device },
    'get-settings': { type: 'get-settings', id: 18 },
    'change-settings': { type: 'change-settings', id: 19, showsPresence: false },
    'declare-file': {
      type: 'declare-file',
      id: 20,
      declaration: { file: newFile, name: '照片 1.png', type: 'image/png', bytes: 3, sha256: 's'.repeat(43) },
    },
    'sign-upload': { type: 'sign-upload', id: 21, file },
    'finish-upload': { type: 'finish-upload', id: 22, file },
    'drop-file': { type: 'drop-file', id: 23, file },
    'get-file': { type: 'get-file', id: 24, room, file: named },
    'list-files': { type: 'list-files', id: 34, room, before: 9 },
    acknowledge: { type: 'acknowledge', bytes: 0 },
    ping: { type: 'ping' },
  }
}
