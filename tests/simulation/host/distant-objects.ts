import type { ObjectStore } from '#durable/ports/object-store.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { MachineParts } from './machine-parts.ts'

const SLOWEST_MS = 10
const SLOW_MS = 3_000
const AWAY = refuse('retry', 'the object store does not answer')

type Weather = Pick<MachineParts, 'clock' | 'random' | 'chance'>

/**
 * An object store that is asked over a network, as its port says; where nothing fails by itself, it is at hand. URLs are
 * made without asking. `isOver`: who asks has died. What was asked for happens, and nobody hears of it.
 */
export function distantObjects(
  objects: ObjectStore,
  { clock, random, chance }: Weather,
  isOver: () => boolean,
): ObjectStore {
  if (!chance) return objects
  const ask = async <T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const isAway = chance.strikes('object store away')
    await clock.sleep(random.int(0, chance.strikes('object store slow') ? SLOW_MS : SLOWEST_MS))
    const outcome = isAway ? AWAY : await work()
    if (isOver()) return new Promise(() => {})
    return chance.strikes('answer of the object store lost') ? AWAY : outcome
  }
  const { copy } = objects
  return {
    presignPut: (...args) => objects.presignPut(...args),
    presignPart: (...args) => objects.presignPart(...args),
    presignGet: (...args) => objects.presignGet(...args),
    verify: (...args) => ask(() => objects.verify(...args)),
    copy: copy && ((...args) => ask(() => copy(...args))),
    delete: (...args) => ask(() => objects.delete(...args)),
    beginParts: (...args) => ask(() => objects.beginParts(...args)),
    joinParts: (...args) => ask(() => objects.joinParts(...args)),
    dropParts: (...args) => ask(() => objects.dropParts(...args)),
  }
}
