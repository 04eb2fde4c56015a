import type { FileId, RoomId } from '#protocol/ids.ts'
import type { Peers } from '../ports/peers.ts'
import type { FileRow } from './file-rows.ts'

/** In the messages of so many rooms a file may be named: its row holds them all. */
export const MAX_ROOMS_PER_FILE = 100

/** Each may have to be woken for it. */
const ASKED_AT_ONCE = 10

/** Whether a message in one of the rooms names a file; undefined where that hangs on a room that does not answer. */
export async function isNamedInSome(
  peers: Pick<Peers, 'room'>,
  rooms: readonly RoomId[],
  file: FileId,
): Promise<boolean | undefined> {
  let isCertain = true
  for (let i = 0; i < rooms.length; i += ASKED_AT_ONCE) {
    const asked = rooms.slice(i, i + ASKED_AT_ONCE)
    const answers = await Promise.all(asked.map((room) => peers.room(room).namesFile(file)))
    if (answers.some((answer) => 'ok' in answer && answer.ok)) return true
    isCertain &&= answers.every((answer) => 'ok' in answer)
  }
  return isCertain ? false : undefined
}

export function hasSpaceFor(room: RoomId, { rooms }: FileRow): boolean {
  return rooms.includes(room) || rooms.length < MAX_ROOMS_PER_FILE
}
