import { randomBytes } from 'node:crypto'
import type { Down } from '#protocol/down.ts'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { RawAccount } from './raw-account.ts'
import { RawClient } from './raw-client.ts'

/**
 * A member who listens to one room, and holds it as a client does: comes back with its last place, and goes on only from
 * there. What comes twice, or leaves something out, is an error.
 */
export class Listener {
  readonly #url: string
  readonly #account: RawAccount
  readonly #room: RoomId
  readonly #producer: ProducerId = makeId('producer', randomBytes(16))
  #n = 0
  #client: RawClient | undefined
  #held: number | undefined
  #awaited: { readonly seq: number; readonly reached: () => void } | undefined
  #fault: Error | undefined
  /** What it was told of what was written. */
  readonly texts: string[] = []

  constructor(url: string, account: RawAccount, room: RoomId) {
    // As clients do: hosts with several gateways spread them by it.
    this.#url = `${url}?shard=${account.user}`
    this.#account = account
    this.#room = room
  }

  get client(): RawClient {
    if (!this.#client) throw new Error('not here')
    return this.#client
  }

  /** Comes, or comes back, and catches up. */
  async come(): Promise<void> {
    const client = await RawClient.enter(this.#url, this.#account.token)
    client.onEvent = (event) => this.#take(event)
    client.keepsNothing()
    this.#client = client.acknowledges()
    this.#expectToStay(client)
    const caughtUp = client.hears('heads', ({ last }) => last !== undefined)
    client.say({ type: 'sync', id: 1, rooms: this.#held === undefined ? [] : [[this.#room, this.#held]] })
    const { last } = await caughtUp
    if (last !== 'complete') throw new Error('could not catch up')
  }

  /** Writes something; resolves when it is stored. */
  async say(text: string): Promise<void> {
    const n = ++this.#n
    const stored = this.client.hears('stored', (event) => event.n === n)
    this.client.say({ type: 'send', room: this.#room, producer: this.#producer, n, text })
    await stored
  }

  /** The connection is lost. */
  drop(): void {
    const client = this.#client
    this.#client = undefined
    client?.close()
  }

  /** Resolves when it holds the room up to a place. */
  async holds(seq: number): Promise<void> {
    await new Promise<void>((reached) => {
      this.#awaited = { seq, reached }
      this.#look()
    })
    if (this.#fault) throw this.#fault
  }

  #expectToStay(client: RawClient): void {
    void client.closed.then((code) => {
      if (this.#client === client) this.#fail(`closed with ${code}`)
    })
  }

  #fail(why: string): void {
    this.#fault ??= new Error(why)
    this.#look()
  }

  #take(event: Down): void {
    if (event.type === 'delivery' && event.room === this.#room) this.#keep(event.records)
    if (event.type === 'heads') for (const head of event.heads) if (head.room === this.#room) this.#keep(head.records)
  }

  #keep(records: readonly TimelineRecord[]): void {
    for (const record of records) {
      if (this.#held !== undefined && record.seq !== this.#held + 1)
        this.#fail(`was told ${record.seq} after ${this.#held}`)
      this.#held = record.seq
      if (record.kind === 'text') this.texts.push(record.text)
    }
    this.#look()
  }

  #look(): void {
    if (this.#fault || (this.#awaited && (this.#held ?? 0) >= this.#awaited.seq)) this.#awaited?.reached()
  }
}
