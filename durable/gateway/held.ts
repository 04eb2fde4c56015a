import type { Delivery } from './feed.ts'

/** Of what comes for a connection while it catches up: for long, where its client does not take what it asks for. */
const MOST_HELD_BYTES = 256 * 1024
/** What holding something costs beside its bytes. */
const OBJECT_BYTES = 128

/** How much is held for one connection, for all that it is about to follow. */
export class Holding {
  #bytes = 0

  /** False where there is no room. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > MOST_HELD_BYTES) return false
    this.#bytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#bytes -= bytes
  }
}

/** What came for a subscription before it began. What there was no room for is missing from its end. */
export class Held<D extends Delivery> {
  readonly #holding: Holding
  #deliveries: D[] = []
  #events: Uint8Array[] = []
  #bytes = 0
  #isWhole = true

  constructor(holding: Holding) {
    this.#holding = holding
  }

  deliver(delivery: D): void {
    if (this.#hasRoom(delivery.event)) this.#deliveries.push(delivery)
  }

  signal(events: readonly Uint8Array[]): void {
    for (const event of events) if (this.#hasRoom(event)) this.#events.push(event)
  }

  /** All of it, and nothing is held any more. */
  release(): { readonly deliveries: readonly D[]; readonly events: readonly Uint8Array[]; readonly isWhole: boolean } {
    const all = { deliveries: this.#deliveries, events: this.#events, isWhole: this.#isWhole }
    this.#holding.give(this.#bytes)
    this.#deliveries = []
    this.#events = []
    this.#bytes = 0
    this.#isWhole = true
    return all
  }

  #hasRoom({ length }: Uint8Array): boolean {
    const bytes = length + OBJECT_BYTES
    this.#isWhole &&= this.#holding.take(bytes)
    if (this.#isWhole) this.#bytes += bytes
    return this.#isWhole
  }
}
