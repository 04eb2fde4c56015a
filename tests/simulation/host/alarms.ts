import type { MemoryDisk } from '../../support/memory-storage.ts'
import type { VirtualClock } from '../virtual-clock.ts'

/** What could not be done is rung for again after this. */
const AGAIN_AFTER_MS = 500

/** Wakes actors when the alarm that they committed is due: one at a time for each, late rather than never. */
export class Alarms {
  readonly #clock: VirtualClock
  readonly #disk: MemoryDisk
  readonly #wake: (actor: string) => Promise<void>
  readonly #waking = new Set<string>()
  #isOver = false

  constructor(clock: VirtualClock, disk: MemoryDisk, wake: (actor: string) => Promise<void>) {
    this.#clock = clock
    this.#disk = disk
    this.#wake = wake
    for (const [actor, at] of disk.alarms()) this.set(actor, at)
  }

  /** The process ends. */
  stop(): void {
    this.#isOver = true
  }

  set(actor: string, at: number): void {
    this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#ring(actor))
  }

  #ring(actor: string): void {
    if (this.#isOver || this.#waking.has(actor) || !this.#isDue(actor)) return
    this.#waking.add(actor)
    void this.#wake(actor)
      .catch(() => {})
      .then(() => {
        this.#waking.delete(actor)
        if (this.#isDue(actor)) this.set(actor, this.#clock.now() + AGAIN_AFTER_MS)
      })
  }

  #isDue(actor: string): boolean {
    return (this.#disk.alarmOf(actor) ?? Number.POSITIVE_INFINITY) <= this.#clock.now()
  }
}
