/**
 * Marks that are durable and not told yet. While some are on their way to the gateways others gather, of each name
 * the last: a room in which many read at once tells of it in few calls.
 */
export class UntoldMarks {
  readonly #tell: (events: Uint8Array[]) => Promise<void>
  #events = new Map<string, Uint8Array>()
  #isTelling = false

  /** `tell` resolves when the gateways have answered, or never will. */
  constructor(tell: (events: Uint8Array[]) => Promise<void>) {
    this.#tell = tell
  }

  add(name: string, event: Uint8Array): void {
    this.#events.set(name, event)
    if (!this.#isTelling) void this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true
    while (this.#events.size > 0) {
      const events = [...this.#events.values()]
      this.#events = new Map()
      await this.#tell(events)
    }
    this.#isTelling = false
  }
}
