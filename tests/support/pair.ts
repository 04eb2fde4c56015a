import { randomBytes } from 'node:crypto'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import { openGroupRaw } from './raw-account.ts'
import { RawClient } from './raw-client.ts'

/** Two connections of one person that talk in a room of their own, whatever else goes on at a host. */
export class Pair {
  readonly #writer: RawClient
  readonly #reader: RawClient
  readonly #room: RoomId
  readonly #producer: ProducerId = makeId('producer', randomBytes(16))
  #n = 0

  private constructor(writer: RawClient, reader: RawClient, room: RoomId) {
    this.#writer = writer
    this.#reader = reader
    this.#room = room
  }

  static async enter(url: string, token: string): Promise<Pair> {
    const [writer, reader] = [await RawClient.enter(url, token), await RawClient.enter(url, token)]
    const room = await openGroupRaw(writer)
    reader.acknowledges().say({ type: 'sync', id: 1, rooms: [] })
    await reader.hears('heads', ({ last }) => last !== undefined)
    return new Pair(writer.acknowledges().keepsNothing(), reader.keepsNothing(), room)
  }

  /** One message after another, each when the one before has come, until something else is done; answers how many. */
  async talkWhile(work: Promise<unknown>): Promise<number> {
    const before = this.#n
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    while (!isDone) await this.say()
    await done
    return this.#n - before
  }

  /** Resolves when a message has come. */
  async say(): Promise<void> {
    const n = ++this.#n
    const heard = this.#reader.hears('delivery', ({ records }) =>
      records.some((record) => record.kind === 'text' && record.producer === this.#producer && record.n === n),
    )
    const stored = this.#writer.hears('stored', (event) => event.n === n)
    this.#writer.say({ type: 'send', room: this.#room, producer: this.#producer, n, text: `between us ${n}` })
    await Promise.all([stored, heard])
  }
}
