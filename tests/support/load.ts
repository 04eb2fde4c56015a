import { randomBytes } from 'node:crypto'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { RawClient } from './raw-client.ts'

/** A message that was sent, and its place once it was acknowledged. */
export type Sent = {
  readonly room: RoomId
  readonly producer: ProducerId
  readonly n: number
  seq?: number | undefined
  stored: boolean
}

/** Senders that keep a number of messages on their way, whatever happens to the host. */
export class Load {
  readonly sent: Sent[] = []
  readonly #byKey = new Map<string, Sent>()
  readonly #rooms: readonly RoomId[]
  #clients: RawClient[] = []
  #onStored: () => void = () => {}

  constructor(rooms: readonly RoomId[]) {
    this.#rooms = rooms
  }

  get unanswered(): Sent[] {
    return this.sent.filter(({ stored }) => !stored)
  }

  /** Opens senders, each with `outstanding` messages on its way; resolves when `enough` were acknowledged. */
  async run(url: string, token: string, senders: number, outstanding: number, enough: number): Promise<void> {
    const done = Promise.withResolvers<void>()
    let acknowledged = 0
    this.#onStored = () => {
      acknowledged++
      if (acknowledged >= enough) done.resolve()
    }
    for (let i = 0; i < senders; i++) await this.#startSender(url, token, outstanding)
    await done.promise
    this.#onStored = () => {}
  }

  stop(): void {
    for (const client of this.#clients) client.close()
    this.#clients = []
  }

  /** Sends again, in order, what was not acknowledged; resolves when everything is. */
  async resend(url: string, token: string): Promise<void> {
    const client = await RawClient.enter(url, token)
    for (const message of this.unanswered.sort((a, b) => a.n - b.n)) {
      const stored = client.hears(
        'stored',
        ({ producer, n, room }) => producer === message.producer && n === message.n && room === message.room,
      )
      client.say(asEvent(message))
      const { seq } = await stored
      message.seq = seq
      message.stored = true
    }
    client.close()
  }

  async #startSender(url: string, token: string, outstanding: number): Promise<void> {
    const client = await RawClient.enter(url, token)
    this.#clients.push(client)
    const producer = makeId('producer', randomBytes(16))
    const next = new Map<RoomId, number>()
    let turn = 0
    const sendOne = () => {
      const room = this.#rooms[turn++ % this.#rooms.length]
      if (!room) throw new Error('there is no room to send to')
      const n = (next.get(room) ?? 0) + 1
      next.set(room, n)
      const message: Sent = { room, producer, n, stored: false }
      this.sent.push(message)
      this.#byKey.set(keyOf(message), message)
      client.say(asEvent(message))
    }
    client.onEvent = (event) => {
      if (event.type !== 'stored') return
      const message = this.#byKey.get(keyOf(event))
      if (!message || message.stored) return
      message.stored = true
      message.seq = event.seq
      this.#onStored()
      sendOne()
    }
    for (let i = 0; i < outstanding; i++) sendOne()
  }
}

export function textOf({ producer, n }: Pick<Sent, 'producer' | 'n'>): string {
  return `${producer} ${n}`
}

export function keyOf({ room, producer, n }: Pick<Sent, 'room' | 'producer' | 'n'>): string {
  return `${room} ${producer} ${n}`
}

function asEvent(message: Sent) {
  const { room, producer, n } = message
  return { type: 'send', room, producer, n, text: textOf(message) } as const
}

/** All records after a place. */
export async function readTimeline(client: RawClient, room: RoomId, after: number): Promise<TimelineRecord[]> {
  const records: TimelineRecord[] = []
  for (;;) {
    const anchor = records.at(-1)?.seq ?? after
    client.say({ type: 'history', id: 9, room, direction: 'newer', anchor, limit: 100 })
    const page = await client.hears('page')
    records.push(...page.records)
    if (page.records.length === 0) return records
  }
}

export function isText(record: TimelineRecord): record is TextRecord {
  return record.kind === 'text'
}
