import { addressGroup } from '#workers/addresses.ts'

export type ConnectionBounds = {
  /** Open at once. */
  readonly connections: number
  /** Open at once from one address, and new ones from it a minute. */
  readonly connectionsPerAddress: number
}

/** To be given back when the connection closes; or what there is too much of. */
export type Place = { readonly leave: () => void } | { readonly refused: 'full' | 'address' }

type Neighbour = { open: number; opened: number }

const WINDOW_MS = 60_000

/** Who may open a connection now: a bound for all, and one for each address. */
export class ConnectionLimits {
  readonly #bounds: ConnectionBounds
  readonly #neighbours = new Map<string, Neighbour>()
  #open = 0
  #windowEndsMs = 0

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds
  }

  enter(address: string, nowMs = performance.now()): Place {
    if (nowMs >= this.#windowEndsMs) this.#startWindow(nowMs)
    if (this.#open >= this.#bounds.connections) return { refused: 'full' }
    const group = addressGroup(address)
    const neighbour = this.#neighbours.get(group) ?? { open: 0, opened: 0 }
    const { connectionsPerAddress } = this.#bounds
    if (neighbour.open >= connectionsPerAddress || neighbour.opened >= connectionsPerAddress) {
      return { refused: 'address' }
    }
    this.#neighbours.set(group, neighbour)
    this.#open += 1
    neighbour.open += 1
    neighbour.opened += 1
    return { leave: () => this.#leave(neighbour) }
  }

  #leave(neighbour: Neighbour): void {
    this.#open -= 1
    neighbour.open -= 1
  }

  /** Also forgets the addresses from which nothing is open. */
  #startWindow(nowMs: number): void {
    this.#windowEndsMs = nowMs + WINDOW_MS
    for (const [group, neighbour] of this.#neighbours) {
      neighbour.opened = 0
      if (neighbour.open === 0) this.#neighbours.delete(group)
    }
  }
}
