import type { Outcome } from '#protocol/errors.ts'
import type { Connection } from './connection.ts'

/** Consecutive events of a timeline or an inbox: all of `from`..`to`; empty ones (`to` < `from`) only say where the head is. */
export type Delivery = { readonly from: number; readonly to: number }

/** A subscription that has not begun holds what is delivered meanwhile; one that has is `live`. */
type Subscription<D> = { held: D[] } | 'live'

/**
 * One followed timeline or inbox at this gateway. It goes on only from last + 1: drops repeats, fetches gaps
 * (SPEC.md, F). Each connection first opens, then learns the head, then begins from there.
 */
export class Feed<D extends Delivery> {
  readonly #replay: (after: number) => Promise<Outcome<D>>
  readonly #hand: (connection: Connection, delivery: D) => void
  readonly #subscriptions = new Map<Connection, Subscription<D>>()
  /** Live ones that nothing was handed to since they rejoined. */
  readonly #unplaced = new Set<Connection>()
  #last: number | undefined
  #heard = 0
  #repair: Promise<boolean> | undefined

  constructor(replay: (after: number) => Promise<Outcome<D>>, hand: (connection: Connection, delivery: D) => void) {
    this.#replay = replay
    this.#hand = hand
  }

  get isEmpty(): boolean {
    return this.#subscriptions.size === 0
  }

  has(connection: Connection): boolean {
    return this.#subscriptions.has(connection)
  }

  /** Begins to hold what is delivered. The answer names this subscription, apart from later ones of the connection. */
  open(connection: Connection): object {
    const subscription = { held: [] }
    this.#subscriptions.set(connection, subscription)
    this.#unplaced.delete(connection)
    return subscription
  }

  isPending(connection: Connection, subscription: object): boolean {
    return this.#subscriptions.get(connection) === subscription
  }

  /**
   * Goes on for a connection of before this gateway was out of memory. How far it got only its client knows: the first
   * delivery from now on is handed to it whatever it brings, and the client sees by it whether something is missing.
   */
  rejoin(connection: Connection): void {
    this.#subscriptions.set(connection, 'live')
    this.#unplaced.add(connection)
  }

  close(connection: Connection): void {
    this.#subscriptions.delete(connection)
    this.#unplaced.delete(connection)
  }

  /** Goes live for a connection that knows everything up to `seq`. False when it must learn a newer head first. */
  begin(connection: Connection, seq: number): boolean {
    const subscription = this.#subscriptions.get(connection)
    if (!subscription || subscription === 'live') return true
    let at = seq
    for (const delivery of subscription.held) {
      if (delivery.to <= at || delivery.from > at + 1) continue
      this.#hand(connection, delivery)
      at = delivery.to
    }
    subscription.held = []
    if (this.#last !== undefined && at < this.#last) return false
    if (this.#subscriptions.has(connection)) this.#subscriptions.set(connection, 'live')
    this.#last ??= at
    if (this.#heard > this.#last) void this.#fetchGap()
    return true
  }

  /** Takes a delivery; false when what it shows to be missing could not be fetched: it must be told again. */
  async deliver(delivery: D): Promise<boolean> {
    this.#heard = Math.max(this.#heard, delivery.to)
    if (this.#last === undefined) {
      if (this.#unplaced.size > 0) this.#apply(delivery)
      else this.#hold(delivery)
      return true
    }
    if (delivery.to <= this.#last) {
      this.#place(delivery)
      return true
    }
    if (delivery.from > this.#last + 1) return this.#fetchGap()
    this.#apply(delivery)
    return true
  }

  /** Says something that has no place in the sequence to those who are live. */
  signal(event: Uint8Array): void {
    for (const [connection, subscription] of this.#subscriptions) if (subscription === 'live') connection.push(event)
  }

  #apply(delivery: D): void {
    this.#last = delivery.to
    this.#unplaced.clear()
    for (const [connection, subscription] of this.#subscriptions) {
      if (subscription === 'live') this.#hand(connection, delivery)
      else subscription.held.push(delivery)
    }
  }

  /** A repeat for the others. */
  #place(delivery: D): void {
    for (const connection of this.#unplaced) this.#hand(connection, delivery)
    this.#unplaced.clear()
  }

  #hold(delivery: D): void {
    for (const subscription of this.#subscriptions.values())
      if (subscription !== 'live') subscription.held.push(delivery)
  }

  /** One fetch at a time; those who find it under way wait for it. */
  #fetchGap(): Promise<boolean> {
    this.#repair ??= this.#fetchUntilHeard().finally(() => {
      this.#repair = undefined
    })
    return this.#repair
  }

  async #fetchUntilHeard(): Promise<boolean> {
    while (this.#last !== undefined && this.#last < this.#heard) {
      const after: number = this.#last
      const page = await this.#replay(after)
      if ('refused' in page) return false
      // A delivery may have advanced the feed meanwhile; what overlaps is the client's to drop.
      if (page.ok.to > this.#last) this.#apply(page.ok)
      else if (this.#last === after) return false
    }
    return true
  }
}
