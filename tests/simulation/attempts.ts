import type { RoomView } from '#client/model.ts'
import { RefusedError } from '#client/refused-error.ts'
import type { Device } from './people/device.ts'
import type { World } from './world.ts'

/** What is refused, is refused; anything else that goes wrong in the client is a fault of its own. */
export function attempt(world: World, promise: Promise<unknown>): void {
  promise.catch((error) => {
    if (!(error instanceof RefusedError)) world.verdict.thrown(error)
  })
}

export function inRoom({ random }: World, { rooms }: Device, act: (room: RoomView) => void): boolean {
  if (rooms.length > 0) act(random.pick(rooms))
  return rooms.length > 0
}
