import type { FileId, UserId } from '#protocol/ids.ts'
import { filesOf } from './model/file-truth.ts'
import type { RoomTruth } from './model/room-truth.ts'
import { Violation } from './model/violation.ts'
import type { World } from './world.ts'

const HOUR_MS = 3_600_000
/** What nobody names goes a day after it came, and once more when no URL for it holds. */
const UNTIL_LOOKED_AT_MS = 25 * HOUR_MS
const UNTIL_NO_URL_HOLDS_MS = 2 * HOUR_MS
const LAST_WORDS_HEARD_WITHIN_MS = 2_000
const TIDIED_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 500

/** O4, O5: what messages name is there, and those have it who may read them. Throws a Violation. */
export async function checkFiles(world: World): Promise<void> {
  const { truth, random, verdict } = world
  const users = [...truth.users.keys()]
  const fetched: Promise<void>[] = []
  for (const room of truth.rooms.values()) {
    truth.files.checkStill(room)
    for (const record of room.records)
      for (const file of filesOf(record)) fetched.push(checkFetching(world, room, random.pick(users), file, record.seq))
  }
  await world.until(Promise.all(fetched))
  verdict.check()
}

/** Each file is named by one message. */
async function checkFetching({ machine, verdict }: World, room: RoomTruth, user: UserId, file: FileId, seq: number) {
  const outcome = await machine.peers.room(room.id).fileUrl(user, file)
  const floor = room.members.get(user)?.floor ?? Number.POSITIVE_INFINITY
  const has = 'ok' in outcome && machine.objects.at(outcome.ok.url) !== undefined
  if (has !== floor <= seq) verdict.violated('O4', `${user} ${has ? 'has' : 'does not have'} ${file} of ${room.id}`)
}

/** O5: everybody goes, a day passes, and what no message names is gone. Throws a Violation. */
export async function awaitTidiness(world: World): Promise<void> {
  const { clock, devices, truth } = world
  for (const device of devices) device.leave()
  await clock.advance(LAST_WORDS_HEARD_WITHIN_MS)
  for (const ms of [UNTIL_LOOKED_AT_MS, UNTIL_NO_URL_HOLDS_MS]) {
    clock.leap(ms)
    await clock.advance(LOOK_EVERY_MS)
  }
  for (let passed = 0; truth.files.unnamed() !== undefined && passed < TIDIED_WITHIN_MS; passed += LOOK_EVERY_MS)
    await clock.advance(LOOK_EVERY_MS)
  world.verdict.check()
  const left = truth.files.unnamed()
  if (left) throw new Violation('O5', `after a day nobody names ${left}`)
  for (const room of truth.rooms.values()) truth.files.checkStill(room)
  world.verdict.check()
}
