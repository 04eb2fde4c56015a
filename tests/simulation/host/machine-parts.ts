import type { actors } from '#durable/actors.ts'
import { DEFAULT_LIMITS, type Limits } from '#durable/ports/host.ts'
import type { MemoryObjects } from '../../support/memory-objects.ts'
import type { MemoryDisk } from '../../support/memory-storage.ts'
import type { Chance } from '../chance.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VirtualClock } from '../virtual-clock.ts'

/** Rates are not what is simulated; short catch-ups leave gaps to be filled. */
export const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  messagesPerSecond: 10_000,
  messageBurst: 10_000,
  requestsPerSecond: 10_000,
  requestBurst: 10_000,
  roomsPerMinute: 10_000,
  uploadsPerMinute: 10_000,
  catchUpRecords: 10,
}

export type MachineParts = {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly disk: MemoryDisk
  readonly objects?: MemoryObjects
  readonly limits?: Partial<Limits>
  /** What the actors are: Snug's own, unless a test puts others in their place. */
  readonly classes?: typeof actors
  /** What goes wrong by itself. */
  readonly chance?: Chance
  /** An actor threw something that no fault explains, or logged what must not happen. */
  readonly onThrown?: (error: unknown) => void
  /** A broken host: keeps an instance whose commit failed. */
  readonly keepsFailedInstances?: boolean
  /** A broken host: an instance that has ended still writes, and the next one does not wait for it. */
  readonly unfenced?: boolean
}
