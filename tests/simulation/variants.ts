import type { Store } from '#client/ports/store.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Broken ports (docs/decisions/0006): each breaks one promise of a host, a disk or a device. */
export type Variant = {
  /** The disk says "durable" at once. */
  readonly acknowledgesEarly?: boolean
  /** The disk applies commits of an actor in any order. */
  readonly reordersCommits?: boolean
  /** The host goes on with an instance whose commit failed. */
  readonly keepsFailedInstances?: boolean
  /** The host lets an instance write that it has given up, beside the one after it. */
  readonly unfenced?: boolean
  /** The events of one frame come in the wrong order. */
  readonly reordersFrames?: boolean
  /** How a device's cache is written. */
  readonly cacheOf?: (store: Store, clock: VirtualClock) => Store
}

const LATE_MS = 100

/** A device that says "kept" of an account's rows of one kind, and keeps them later. */
export function keepsLate(kind: string): NonNullable<Variant['cacheOf']> {
  return (store, clock) => ({
    ...store,
    set: async (key, value) => {
      if (!key.includes(`/${kind}/`)) return store.set(key, value)
      void clock.sleep(LATE_MS).then(() => store.set(key, value))
    },
  })
}

/** A device that says "removed" of rooms, and removes them later. */
export const removesRoomsLate: NonNullable<Variant['cacheOf']> = (store, clock) => ({
  ...store,
  remove: async (key) => {
    if (!key.includes('/room/')) return store.remove(key)
    void clock.sleep(LATE_MS).then(() => store.remove(key))
  },
})
