import type { Batch } from './store/group-commit.ts'
import type { Move } from './store/partition.ts'

/** What the host counts, whether anybody asks for it or not: plain numbers, since frames pass here one by one. */
export class Counters {
  socketsOpen = 0
  socketsOpened = 0
  framesReceived = 0
  framesSent = 0
  bytesSent = 0
  /** Servers of the store that have taken nothing for some seconds. */
  storesAway = 0
  /** Sockets refused before they opened, by reason. */
  readonly socketsRefused = new Tally()
  /** Calls between actors, by the kind of the one called. */
  readonly calls = new Tally()
  /** Calls refused, by the kind of refusal. */
  readonly refusals = new Tally()
  /** Rows made durable, by kind of actor and table. */
  readonly rows = new Tally()
  /** Set where somebody wants to know of each batch that reached the disk. */
  onBatch: (batch: Batch) => void = () => {}
  /** And of each move from the commit log into the trees. */
  onMove: (move: Move) => void = () => {}
  /** What the store is to tell. */
  readonly ofStore = { onBatch: (batch: Batch) => this.onBatch(batch), onMove: (move: Move) => this.onMove(move) }
}

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  entries(): Iterable<[name: string, count: number]> {
    return this.#counts.entries()
  }
}
