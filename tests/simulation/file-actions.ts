import type { FileInput } from '#client/model.ts'
import { attempt, inRoom } from './attempts.ts'
import { filesOf } from './model/file-truth.ts'
import type { Device } from './people/device.ts'
import { SmallBytes } from './people/small-bytes.ts'
import type { World } from './world.ts'

/** So few that several people send the same bytes. */
const CONTENTS = [0, 1, 2, 3].map((n) => new SmallBytes(new Uint8Array(10 * n).fill(n)))
const LONGEST_IN_THE_MAKING_MS = 300

export function sendFiles(world: World, device: Device): boolean {
  const { random, clock } = world
  return inRoom(world, device, ({ id }) => {
    const makingMs = random.chance(0.3) ? random.int(1, LONGEST_IN_THE_MAKING_MS) : 0
    device.sendFiles(id, random.chance(0.5), (name) => {
      const files = someFiles(world, name)
      return makingMs > 0 ? clock.sleep(makingMs).then(() => files) : files
    })
  })
}

export function giveUpUpload(world: World, device: Device): boolean {
  const { uploads } = device
  if (uploads.length > 0) attempt(world, device.giveUp(world.random.pick(uploads)))
  return uploads.length > 0
}

export function tryUploadAgain({ random }: World, { snug, uploads }: Device): boolean {
  const refused = uploads.filter(({ refusal }) => refusal)
  if (refused.length > 0) snug.retryUpload(random.pick(refused).id)
  return refused.length > 0
}

/** What a device shows, it can have. */
export function fetchFile(world: World, device: Device): boolean {
  const { truth, verdict, machine, random } = world
  const shown = device.rooms.flatMap(({ id, records }) =>
    records.flatMap((record) => filesOf(record).map((file) => ({ id, file, by: record.by }))),
  )
  if (shown.length === 0) return false
  const { id, file, by } = random.pick(shown)
  const fetch = async () => {
    const { url } = await device.snug.fileUrl(id, file)
    const bytes = machine.objects.at(url)
    if (bytes) truth.files.checkFetched(by, file, bytes)
    else verdict.violated('O5', `${file} is shown in ${id}, and is not there`)
  }
  attempt(world, fetch())
  return true
}

function someFiles({ random }: World, name: string): FileInput[] {
  const files: FileInput[] = [{ name, type: 'text/plain', bytes: random.pick(CONTENTS) }]
  if (random.chance(0.2)) {
    const preview = { type: 'image/png', bytes: random.pick(CONTENTS) }
    files.push({ name: `${name}.png`, type: 'image/png', bytes: random.pick(CONTENTS), preview })
  }
  return files
}
