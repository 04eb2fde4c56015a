import type { Outcome } from '#protocol/errors.ts'
import type { Connection } from './connection.ts'
import { Held } from './held.ts'

/** Consecutive events of a timeline or an inbox: all of `from`..`to`; empty ones (`to` < `from`) only say where the head is. */
export type Delivery = { readonly from: number; readonly to: number; readonly event: Uint8Array }

/** One connection's place in a feed. */
type Subscription<D extends Delivery> = {
  /** It may have whatever comes after this; unknown until it begins. */
  since: number | undefined
  /** And was told everything up to here; only its client knows, where it is of before this gateway was out of memory. */
  at: number | undefined
  /** There: it may hear everything up to here, and what follows without a gap. A gap may hide its departure. */
  readonly admittedTo?: number
  /** What came before the client knows a head; undefined once it is live. */
  held: Held<D> | undefined
  fetching: Promise<boolean> | undefined
}

/**
 * One followed timeline or inbox at this gateway. It goes on only from last + 1: drops repeats, fetches gaps
 * (SPEC.md, F), for itself and for each connection. A connection first opens, then learns the head, then begins there.
 */
export class Feed<D extends Delivery> {
  readonly #replay: (after: number) => Promise<Outcome<D>>
  readonly #hand: (connection: Connection, delivery: D) => void
  readonly #subscriptions = new Map<Connection, Subscription<D>>()
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

  /** Begins to hold what is delivered. The answer names this subscription, apart from later ones of the connection. */
  open(connection: Connection): object {
    this.close(connection)
    const held = new Held<D>(connection.holding)
    const subscription: Subscription<D> = { since: undefined, at: undefined, held, fetching: undefined }
    this.#subscriptions.set(connection, subscription)
    return subscription
  }

  /** Whether a subscription is the connection's, and has not begun. */
  isPending(connection: Connection, subscription: object): boolean {
    const current = this.#subscriptions.get(connection)
    return current === subscription && current.held !== undefined
  }

  /**
   * Goes on for a connection of before this gateway was out of memory. How far it got only its client knows: the first
   * delivery from now on is handed to it whatever it brings, and the client sees by it whether something is missing.
   * It may have what comes after `since`, and is known to be there still at `admittedTo`.
   */
  rejoin(connection: Connection, since: number, admittedTo: number): void {
    this.#subscriptions.set(connection, { since, at: undefined, admittedTo, held: undefined, fetching: undefined })
  }

  close(connection: Connection): void {
    this.#subscriptions.get(connection)?.held?.release()
    this.#subscriptions.delete(connection)
  }

  /**
   * Goes live for a connection that knows everything up to `seq`. False when it must learn a newer head first. A
   * subscription that is no longer the connection's does not begin.
   */
  async begin(connection: Connection, opened: object, seq: number): Promise<boolean> {
    const subscription = this.#subscriptions.get(connection)
    if (subscription !== opened || !subscription.held) return true
    const { deliveries, events, isWhole } = subscription.held.release()
    subscription.since = subscription.at = seq
    for (const delivery of deliveries) {
      if (delivery.to <= subscription.at || delivery.from !== subscription.at + 1) continue
      this.#give(connection, subscription, delivery)
      // It may have brought the departure of this very user: nothing after it is theirs.
      if (this.#subscriptions.get(connection) !== subscription) return true
    }
    if (!isWhole || (this.#last !== undefined && subscription.at < this.#last)) return false
    subscription.held = undefined
    this.#last ??= subscription.at
    // Of what was heard before anybody had begun nobody is told again.
    if (this.#heard > this.#last && !(await this.#fetchGap())) return false
    // After what came before them, which may be a departure.
    if (this.#subscriptions.get(connection) === subscription) for (const event of events) connection.push(event)
    return true
  }

  /** Takes a delivery; false when what it shows to be missing could not be fetched: it must be told again. */
  async deliver(delivery: D): Promise<boolean> {
    this.#heard = Math.max(this.#heard, delivery.to)
    if (this.#last === undefined) return this.#first(delivery)
    if (delivery.to <= this.#last) return this.#repeat(delivery)
    if (delivery.from > this.#last + 1) return this.#fetchGap()
    return this.#apply(delivery)
  }

  /** Says something that has no place in the sequence. */
  signal(events: readonly Uint8Array[]): void {
    for (const [connection, { held }] of this.#subscriptions) {
      if (held) held.signal(events)
      else for (const event of events) connection.push(event)
    }
  }

  /** Nobody here has begun yet; those who rejoined may be anywhere. */
  #first(delivery: D): Promise<boolean> | boolean {
    const someoneRejoined = [...this.#subscriptions.values()].some(({ held }) => !held)
    if (someoneRejoined) return this.#apply(delivery)
    for (const { held } of this.#subscriptions.values()) held?.deliver(delivery)
    return true
  }

  /** News only for those whose place is unknown, and those who could not be told when it came first. */
  #repeat(delivery: D): Promise<boolean> | boolean {
    const behind: Promise<boolean>[] = []
    for (const [connection, subscription] of this.#subscriptions) {
      if (subscription.held) continue
      if (subscription.at === undefined && continues(subscription, delivery))
        this.#give(connection, subscription, delivery)
      else if (this.#isBehind(subscription, delivery)) behind.push(this.#fetchFor(connection, subscription))
    }
    return behind.length === 0 || allTold(behind)
  }

  /** False where somebody could not be told. */
  #apply(delivery: D): Promise<boolean> | boolean {
    this.#last = delivery.to
    const behind: Promise<boolean>[] = []
    for (const [connection, subscription] of this.#subscriptions) {
      if (subscription.held) subscription.held.deliver(delivery)
      else if (continues(subscription, delivery)) this.#give(connection, subscription, delivery)
      else if (this.#isBehind(subscription, delivery)) behind.push(this.#fetchFor(connection, subscription))
    }
    return behind.length === 0 || allTold(behind)
  }

  /** For one that a delivery does not continue; it is to be made good from the place that is then known. */
  #isBehind(subscription: Subscription<D>, { from, to }: D): boolean {
    const { since = 0, admittedTo = 0 } = subscription
    subscription.at ??= from <= since ? since : admittedTo
    return subscription.at < to
  }

  #give(connection: Connection, subscription: Subscription<D>, delivery: D): void {
    subscription.at = Math.max(subscription.at ?? 0, delivery.to)
    this.#hand(connection, delivery)
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
      if (page.ok.to > this.#last) {
        if (!(await this.#apply(page.ok))) return false
      } else if (this.#last === after) return false
    }
    return true
  }

  /** One fetch at a time for each connection, too. */
  #fetchFor(connection: Connection, subscription: Subscription<D>): Promise<boolean> {
    subscription.fetching ??= this.#fetchFrom(connection, subscription).finally(() => {
      subscription.fetching = undefined
    })
    return subscription.fetching
  }

  /** From its own place on, so that it gets none from before it was let in. False when that failed. */
  async #fetchFrom(connection: Connection, subscription: Subscription<D>): Promise<boolean> {
    const isCurrent = () => this.#subscriptions.get(connection) === subscription
    let page: Outcome<D> | undefined
    while (isCurrent() && placeOf(subscription) < (this.#last ?? 0)) {
      page = await this.#replay(placeOf(subscription))
      if ('refused' in page || page.ok.to <= placeOf(subscription)) break
      if (isCurrent()) this.#give(connection, subscription, page.ok)
    }
    return !isCurrent() || placeOf(subscription) >= (this.#last ?? 0)
  }
}

/** Whether a delivery brings what is next; what overlaps is the client's to drop, if it may have it at all. */
function continues<D extends Delivery>({ since = 0, at, admittedTo = 0 }: Subscription<D>, { from, to }: D): boolean {
  if (from <= since) return false
  return at === undefined ? from <= admittedTo + 1 : from <= at + 1 && to > at
}

function placeOf<D extends Delivery>({ since = 0, at = since }: Subscription<D>): number {
  return at
}

async function allTold(fetches: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(fetches)).every(Boolean)
}
