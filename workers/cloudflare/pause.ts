import type { Clock } from '#durable/ports/clock.ts'

/** Stands in storage from the first pause on until somebody is let in again: when it ends. */
const UNTIL = 'paused'

export type PauseOptions = {
  readonly storage: Pick<DurableObjectStorage, 'get' | 'put' | 'delete'>
  readonly clock: Clock
  /** Whether a restore was begun, and not finished. */
  readonly isHalfRestored: () => Promise<boolean>
}

/**
 * While a backup is made or put back a gateway takes nobody, also where its object leaves memory meanwhile. It ends by
 * itself: whoever asked for it may be gone. Where they left a half of a restore nobody comes in all the same.
 */
export class Pause {
  readonly #options: PauseOptions

  constructor(options: PauseOptions) {
    this.#options = options
  }

  /** Lasts from now on for so long. Answers whether it lasted still. */
  async last(forMs: number): Promise<boolean> {
    const { storage, clock } = this.#options
    const lasted = clock.now() < Number((await storage.get<number>(UNTIL)) ?? 0)
    if (forMs > 0 || lasted) await storage.put(UNTIL, clock.now() + forMs)
    return lasted
  }

  /** Whoever is the first to come in when it is over is told so. */
  async look(): Promise<'open' | 'just over' | 'paused'> {
    const { storage, clock, isHalfRestored } = this.#options
    const until = await storage.get<number>(UNTIL)
    if (until === undefined) return 'open'
    if (clock.now() < until || (await isHalfRestored())) return 'paused'
    // Others may have looked, and it may have been asked for once more, since.
    if ((await storage.get(UNTIL)) !== until) return this.look()
    await storage.delete(UNTIL)
    return 'just over'
  }
}
