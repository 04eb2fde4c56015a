import * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import type { GatewayId } from './ports/peers.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

const table = new Table('followers', z.object({ generation: z.string() }))

/** What a gateway answers to a delivery: somebody there follows, or nobody (any more). */
export type Presence = 'here' | 'nobody'

/** One gateway's life: a new generation has none of the sockets of the one before. */
export type Subscriber = { readonly gateway: GatewayId; readonly generation: string }

type Follower = { generation: string; epoch: number; behind: boolean }

/**
 * The gateways that follow a timeline or an inbox. The table is durable; a row ends only when its gateway says that
 * nobody is there. A gateway that could not be told is `behind` until it has been.
 */
export class Followers {
  readonly #rows = new Map<GatewayId, Follower>()

  /** After a load nobody knows what was delivered last, so everyone counts as behind. */
  async load(storage: Storage): Promise<void> {
    for (const [gateway, { generation }] of await table.all(storage)) {
      this.#rows.set(String(gateway), { generation, epoch: 0, behind: true })
    }
  }

  add({ gateway, generation }: Subscriber): Write[] {
    const row = this.#rows.get(gateway)
    if (row?.generation === generation) {
      // An answer "nobody" that is on its way now was given before this follow.
      row.epoch++
      return []
    }
    this.#rows.set(gateway, { generation, epoch: 0, behind: false })
    return [table.put(gateway, { generation })]
  }

  includes({ gateway, generation }: Subscriber): boolean {
    return this.#rows.get(gateway)?.generation === generation
  }

  all(): Subscriber[] {
    return [...this.#rows].map(([gateway, { generation }]) => ({ gateway, generation }))
  }

  get someBehind(): boolean {
    return [...this.#rows.values()].some((row) => row.behind)
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** Tells every follower, or only those behind; the answer removes the rows of gateways where nobody is left. */
  async tell(
    deliver: (subscriber: Subscriber) => Promise<Outcome<Presence>>,
    who: 'everyone' | 'those-behind' = 'everyone',
  ): Promise<Write[]> {
    const told = [...this.#rows].filter(([, row]) => who === 'everyone' || row.behind)
    const writes = await Promise.all(told.map(([gateway, row]) => this.#tellOne(gateway, row, deliver)))
    return writes.flat()
  }

  async #tellOne(
    gateway: GatewayId,
    row: Follower,
    deliver: (subscriber: Subscriber) => Promise<Outcome<Presence>>,
  ): Promise<Write[]> {
    const { generation, epoch } = row
    const outcome = await deliver({ gateway, generation })
    if (this.#rows.get(gateway) !== row || row.epoch !== epoch) return []
    if ('refused' in outcome) {
      row.behind = true
      return []
    }
    // Told only what was newest: a gateway that missed something before notices the gap and fetches it.
    row.behind = false
    if (outcome.ok === 'here') return []
    this.#rows.delete(gateway)
    return [table.delete(gateway)]
  }
}
