import { encodeWithItems } from '#protocol/codec.ts'
import type { UserId } from '#protocol/ids.ts'
import { type InboxEntry, inboxEntrySchema } from '#protocol/inbox-entry.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'
import { RECORD_FORMAT } from '#protocol/version.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { Sequence, type Stretch } from '../sequence.ts'

/** Entries on their way to a gateway: one event in ready bytes, and what the gateway itself must know of it. */
export type InboxDelivery = {
  readonly user: UserId
  readonly from: number
  readonly to: number
  readonly event: Uint8Array
  readonly entries: readonly Pick<InboxEntry, 'kind' | 'room'>[]
}

type NewEntry = Omit<InboxEntry, 'v' | 'seq'>

/** The per-user timeline (write diffusion) of changes that must reach every device's cache. */
export class Inbox {
  readonly #user: UserId
  readonly #entries: Sequence

  constructor(user: UserId, storage: Storage) {
    this.#user = user
    this.#entries = new Sequence(storage, 'inbox')
  }

  async load(): Promise<void> {
    await this.#entries.load()
  }

  /** The newest durable place. */
  get head(): number {
    return this.#entries.head
  }

  /** Where the next entry will stand. */
  get next(): number {
    return this.#entries.next
  }

  append(entry: NewEntry): { delivery: InboxDelivery; writes: Write[] } {
    const row = toUtf8(JSON.stringify({ v: RECORD_FORMAT, seq: this.#entries.next, ...entry }))
    const { stretch, writes } = this.#entries.append([row])
    return { delivery: this.#delivery(stretch, [entry]), writes }
  }

  settled(delivery: InboxDelivery): void {
    this.#entries.settled(delivery.to)
  }

  /** What follows `after`, as far as one page goes. */
  async following(after: number): Promise<InboxDelivery> {
    const stretch = await this.#entries.following(after)
    return this.#delivery(stretch, stretch.rows.map(decodeEntry))
  }

  /** An empty delivery: says only where the head is. */
  notice(): InboxDelivery {
    return this.#delivery({ from: this.head + 1, to: this.head, rows: [] }, [])
  }

  #delivery(stretch: Stretch, entries: readonly NewEntry[]): InboxDelivery {
    const { from, to, rows } = stretch
    return {
      user: this.#user,
      from,
      to,
      event: encodeWithItems({ type: 'inbox', from, to }, 'entries', rows),
      entries: entries.map(({ kind, room }) => ({ kind, room })),
    }
  }
}

function decodeEntry(bytes: Uint8Array): InboxEntry {
  return inboxEntrySchema.parse(JSON.parse(fromUtf8(bytes)))
}
