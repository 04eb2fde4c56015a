import * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import type { GatewayId } from './ports/peers.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

const table = new Table('followers', z.object({ gateway: z.string(), generation: z.string() }))

/** What a gateway answers to a delivery: somebody there follows, or nobody (any more). */
export type Presence = 'here' | 'nobody'

/** One gateway's life: a new generation has none of the sockets of the one before. */
export type Subscriber = { readonly gateway: GatewayId; readonly generation: string }

/** A gateway that said that nobody is there, and of which follow it said so. */
export type Gone = { readonly row: Follower; readonly epoch: number }

type Deliver = (subscriber: Subscriber) => Promise<Outcome<Presence>>

/** `failed` is the number of the newest telling that failed, while nothing newer has succeeded. */
type Follower = {
  readonly subscriber: Subscriber
  epoch: number
  failed: number | undefined
  /** What failed had something to say in which no gap shows: only a notice, which says it all again, makes up for it. */
  lacksMore: boolean
}

/** records: a gap shows where one was missed; more: with something beside the sequence; notice: where all stands. */
export type Telling = 'records' | 'more' | 'notice'

/**
 * The gateways that follow a timeline or an inbox. The table is durable; a row ends only when its gateway says that
 * nobody is there. A gateway that could not be told is `behind` until it has been. Each generation has a row of its
 * own: a late word of one that is over must not take the place of the one that lives.
 */
export class Followers {
  readonly #rows = new Map<string, Follower>()
  #tellings = 0

  /** After a load nobody knows what was delivered last, so everyone counts as behind. */
  async load(storage: Storage): Promise<void> {
    for (const [key, subscriber] of await table.all(storage)) {
      this.#rows.set(String(key), { subscriber, epoch: 0, failed: 0, lacksMore: true })
    }
  }

  add(subscriber: Subscriber): Write[] {
    const key = keyOf(subscriber)
    const row = this.#rows.get(key)
    if (row) {
      // An answer "nobody" that is on its way now was given before this follow.
      row.epoch++
      return []
    }
    this.#rows.set(key, { subscriber, epoch: 0, failed: undefined, lacksMore: false })
    return [table.put(key, { gateway: subscriber.gateway, generation: subscriber.generation })]
  }

  includes(subscriber: Subscriber): boolean {
    return this.#rows.has(keyOf(subscriber))
  }

  all(): Subscriber[] {
    return [...this.#rows.values()].map(({ subscriber }) => subscriber)
  }

  get someBehind(): boolean {
    return [...this.#rows.values()].some(({ failed }) => failed !== undefined)
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** Tells every follower, or with a notice those behind. Answers those to remove: `remove` them in the turn that commits it. */
  async tell(telling: Telling, deliver: Deliver): Promise<Gone[]> {
    const told = [...this.#rows.values()].filter(({ failed }) => telling !== 'notice' || failed !== undefined)
    const gone = await Promise.all(told.map((row) => this.#tellOne(row, telling, deliver)))
    return gone.filter((one) => one !== undefined)
  }

  /** Who has begun to follow since then is there, whatever was answered. */
  remove(gone: readonly Gone[]): Write[] {
    return gone.flatMap(({ row, epoch }) => {
      const key = keyOf(row.subscriber)
      if (this.#rows.get(key) !== row || row.epoch !== epoch) return []
      this.#rows.delete(key)
      return [table.delete(key)]
    })
  }

  async #tellOne(row: Follower, telling: Telling, deliver: Deliver): Promise<Gone | undefined> {
    const { subscriber, epoch } = row
    const number = ++this.#tellings
    const outcome = await deliver(subscriber)
    if ('refused' in outcome) {
      row.failed = Math.max(row.failed ?? 0, number)
      row.lacksMore ||= telling === 'more'
      return undefined
    }
    // A gateway that missed something before notices the gap and fetches it; one that missed something later does not.
    if (row.failed !== undefined && row.failed < number && (telling === 'notice' || !row.lacksMore)) {
      row.failed = undefined
      row.lacksMore = false
    }
    return outcome.ok === 'here' ? undefined : { row, epoch }
  }
}

function keyOf({ gateway, generation }: Subscriber): string {
  return `${gateway} ${generation}`
}
