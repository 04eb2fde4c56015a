import type { Refused } from '#protocol/down/refused.ts'
import type { Stored } from '#protocol/down/stored.ts'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Send } from '#protocol/up/send.ts'
import type { Skip } from '#protocol/up/skip.ts'
import { type Entry, emptyNumber, Lane } from './lane.ts'
import type { Outgoing } from './model.ts'
import type { Clock } from './ports/clock.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { keys, type SavedOutgoing, saved } from './saved.ts'

type Ports = { store: Store; clock: Clock; random: Random }

type Listeners = {
  /** Puts an event on the wire. */
  send(event: Send | Skip): void
  /** What a room shows as outgoing has changed. */
  changed(room: RoomId): void
}

/**
 * What this device has composed and the server has not confirmed. An entry is on disk before it is sent, keeps its
 * (producer, n) for ever, and may therefore be sent again after anything, by this tab or by one that adopts it.
 */
export class Outbox {
  readonly #ports: Ports
  readonly #listeners: Listeners
  #producer: ProducerId
  readonly #lanes = new Map<string, Lane>()
  readonly #lastN = new Map<RoomId, number>()
  #online = false

  constructor(ports: Ports, listeners: Listeners) {
    this.#ports = ports
    this.#listeners = listeners
    this.#producer = this.#newProducer()
  }

  /** Adopts what earlier tabs left, unchanged. Should a number be missing, the room will say so, and the lane skips it. */
  async load(): Promise<void> {
    const { store } = this.#ports
    const found = await Promise.all((await store.keys(keys.allOutgoing)).map((key) => saved.outgoing.get(store, key)))
    const entries = found.filter((entry) => entry !== undefined).sort((a, b) => a.n - b.n)
    for (const entry of entries) {
      this.#lane(entry.producer, entry.room).add({ saved: entry, state: entry.settled ? 'settled' : 'waiting' })
    }
  }

  /** Keeps a message; it is sent when possible. Rejects when the device cannot store it. */
  async compose(room: RoomId, text: string): Promise<void> {
    const n = (this.#lastN.get(room) ?? 0) + 1
    this.#lastN.set(room, n)
    const message: SavedOutgoing = { room, producer: this.#producer, n, text, composedAt: this.#ports.clock.now() }
    const lane = this.#lane(this.#producer, room)
    const entry: Entry = { saved: message, state: 'saving' }
    lane.add(entry)
    this.#listeners.changed(room)
    try {
      await this.#save(message)
    } catch (error) {
      entry.saved = emptyNumber(message, n)
      this.#listeners.changed(room)
      throw error
    } finally {
      lane.secured(entry)
    }
  }

  /** Gives a refused message up. Its number stays on the device until it is settled: the later ones stand on it. */
  async discard({ room, producer, n }: Pick<Outgoing, 'room' | 'producer' | 'n'>): Promise<void> {
    const lane = this.#lane(producer, room)
    const entry = lane.find(n)
    if (!entry?.saved.refusal) return
    const isSettled = entry.state === 'settled'
    if (isSettled) lane.remove(entry)
    else entry.saved = emptyNumber(entry.saved, n)
    this.#listeners.changed(room)
    await (isSettled ? this.#forget(entry.saved) : this.#save(entry.saved))
  }

  /** Whoever logs in next begins as another producer: this one's numbers are used up, and belong to this user. */
  forget(): void {
    this.disconnected()
    this.#lanes.clear()
    this.#lastN.clear()
    this.#producer = this.#newProducer()
  }

  connected(): void {
    this.#online = true
    for (const lane of this.#lanes.values()) lane.resume()
  }

  disconnected(): void {
    this.#online = false
    for (const lane of this.#lanes.values()) lane.interrupt()
  }

  async stored(event: Stored): Promise<void> {
    const lane = this.#lane(event.producer, event.room)
    const entry = lane.stored(event)
    if (!entry) return
    this.#listeners.changed(event.room)
    if (entry.state === 'settled') {
      if (isShown(entry)) return this.#save({ ...entry.saved, settled: true })
      lane.remove(entry)
    }
    await this.#forget(entry.saved)
  }

  async refused(event: Refused): Promise<void> {
    const lane = this.#lane(event.producer, event.room)
    const entry = lane.refused(event)
    if (!entry) return
    this.#listeners.changed(event.room)
    try {
      await this.#save(entry.saved)
    } finally {
      lane.secured(entry)
    }
  }

  /** The timeline is known up to `upTo`, and these records are new: what of this outbox stands there is no longer outgoing. */
  async seen(room: RoomId, records: readonly TimelineRecord[], upTo: number): Promise<void> {
    const arrived = records.flatMap((record) => (record.kind === 'text' ? this.#arrived(room, record) : []))
    for (const lane of this.#lanesOf(room)) lane.passed(upTo)
    if (arrived.length > 0) this.#listeners.changed(room)
    await Promise.all(arrived.map((entry) => this.#forget(entry.saved)))
  }

  /** What a room shows as outgoing, in the order it was composed. */
  of(room: RoomId): Outgoing[] {
    return this.#lanesOf(room)
      .flatMap(({ entries }) => entries.filter(isShown).map(({ saved }) => toOutgoing(saved)))
      .sort((a, b) => a.composedAt - b.composedAt)
  }

  #lanesOf(room: RoomId): Lane[] {
    return [...this.#lanes].filter(([key]) => key.endsWith(`/${room}`)).map(([, lane]) => lane)
  }

  #arrived(room: RoomId, { producer, n }: Pick<Outgoing, 'producer' | 'n'>): Entry[] {
    const entry = this.#lanes.get(laneKey(producer, room))?.arrived(n)
    return entry ? [entry] : []
  }

  #lane(producer: ProducerId, room: RoomId): Lane {
    const key = laneKey(producer, room)
    const known = this.#lanes.get(key)
    if (known) return known
    const lane: Lane = new Lane(
      ({ saved: { room, producer, n, text, refusal } }) =>
        this.#listeners.send(refusal ? { type: 'skip', room, producer, n } : { type: 'send', room, producer, n, text }),
      (ms) => this.#ports.clock.after(ms, () => this.#online && this.#lanes.get(key) === lane && lane.resume()),
    )
    this.#lanes.set(key, lane)
    if (this.#online) lane.resume()
    return lane
  }

  #newProducer(): ProducerId {
    return makeId('producer', this.#ports.random(16))
  }

  #save(entry: SavedOutgoing): Promise<void> {
    return saved.outgoing.set(this.#ports.store, keys.outgoing(entry.producer, entry.room, entry.n), entry)
  }

  #forget({ producer, room, n }: SavedOutgoing): Promise<void> {
    return this.#ports.store.remove(keys.outgoing(producer, room, n))
  }
}

function laneKey(producer: ProducerId, room: RoomId): string {
  return `${producer}/${room}`
}

function isShown({ saved }: Entry): boolean {
  return saved.text !== ''
}

function toOutgoing({ room, producer, n, text, composedAt, refusal }: SavedOutgoing): Outgoing {
  return { room, producer, n, text, composedAt, ...(refusal && { refusal }) }
}
