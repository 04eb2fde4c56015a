import type { Refused } from '#protocol/down/refused.ts'
import type { Stored } from '#protocol/down/stored.ts'
import type { Attachment } from '#protocol/file.ts'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import type { Send } from '#protocol/up/send.ts'
import type { Skip } from '#protocol/up/skip.ts'
import { type Entry, emptyNumber, Lane } from './lane.ts'
import type { Outgoing } from './model.ts'
import type { Neighbourhood, Word } from './neighbourhood.ts'
import type { Clock } from './ports/clock.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { Producers, producerOf } from './producers.ts'
import { keys, type SavedOutgoing, saved } from './saved.ts'

type Ports = { store: Store; clock: Clock; random: Random; neighbours: Neighbourhood }

type Listeners = {
  /** Puts an event on the wire. */
  send(event: Send | Skip): void
  /** What a room shows as outgoing has changed. */
  changed(room: RoomId): void
}

/**
 * What this device has composed and the server has not confirmed. An entry is on disk before it is sent, keeps its
 * (producer, n) for ever, and may therefore be sent again after anything, by this tab or by one that adopts it. What
 * other tabs have composed is shown, and sent by them as long as they are there.
 */
export class Outbox {
  readonly #ports: Ports
  readonly #listeners: Listeners
  readonly #producers: Producers
  #producer: ProducerId
  readonly #lanes = new Map<string, Lane>()
  readonly #lastN = new Map<RoomId, number>()
  #online = false

  constructor(ports: Ports, listeners: Listeners) {
    this.#ports = ports
    this.#listeners = listeners
    this.#producers = new Producers(ports.clock, ports.neighbours, {
      waits: (producer) => this.#lanesBy(producer).some(({ entries }) => entries.length > 0),
      adopted: (producer) => {
        if (this.#online) for (const lane of this.#lanesBy(producer)) lane.resume()
      },
    })
    this.#producer = this.#newProducer()
  }

  /**
   * Shows what other tabs have left, and adopts it unchanged where they are gone. Should a number be missing, the room
   * will say so, and the lane skips it.
   */
  async load(): Promise<void> {
    const { store } = this.#ports
    const own = this.#producer
    const found = await Promise.all((await store.keys(keys.allOutgoing)).map((key) => saved.outgoing.get(store, key)))
    const entries = found.filter((entry) => entry !== undefined).sort((a, b) => a.n - b.n)
    // Whoever has left meanwhile has left nothing to be sent by the next.
    if (this.#producer === own) for (const entry of entries) this.#take(entry)
  }

  /** What another tab says. */
  async heard(word: Word): Promise<void> {
    switch (word.word) {
      case 'row':
        return this.#look(word)
      case 'stored':
        return void this.#settled(word)
      case 'who':
      case 'here':
        return this.#producers.heard(word)
    }
  }

  /** Keeps a message; it is sent when possible. Rejects when the device cannot store it. */
  async compose(room: RoomId, text: string): Promise<void> {
    const n = (this.#lastN.get(room) ?? 0) + 1
    this.#lastN.set(room, n)
    const message = { room, producer: this.#producer, n, text, composedAt: this.#ports.clock.now() }
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

  /**
   * Keeps the message of an upload, unless it is here: another tab may have been faster. Should the device not store it,
   * its number stays unused, for the next attempt.
   */
  async composeFrom(upload: string, room: RoomId, text: string, files: Attachment[]): Promise<void> {
    const producer = producerOf(upload)
    this.#producers.adopt(producer)
    if (this.#lane(producer, room).find(1)) return
    const message = { room, producer, n: 1, text, files, upload, composedAt: this.#ports.clock.now() }
    const own = this.#producer
    await this.#save(message)
    // Whoever is here by now has not written it.
    if (this.#producer !== own) return
    this.#lane(producer, room).take(message)
    this.#listeners.changed(room)
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
    await (isSettled ? this.#remove(entry.saved) : this.#save(entry.saved))
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
    for (const [key, lane] of this.#lanes) if (this.#producers.has(producerIn(key))) lane.resume()
  }

  disconnected(): void {
    this.#online = false
    for (const lane of this.#lanes.values()) lane.interrupt()
  }

  async stored(event: Stored): Promise<void> {
    const entry = this.#settled(event)
    if (!entry) return
    if (entry.state === 'settled' && isShown(entry)) return this.#save({ ...entry.saved, settled: true })
    await this.#forget(entry)
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
    await Promise.all(arrived.map((entry) => this.#forget(entry)))
  }

  /** The uploads of which messages here were composed. */
  get uploads(): ReadonlySet<string> {
    const entries = [...this.#lanes.values()].flatMap((lane) => lane.entries)
    return new Set(entries.flatMap(({ saved: { upload } }) => upload ?? []))
  }

  /** What a room shows as outgoing, in the order it was composed. */
  of(room: RoomId): Outgoing[] {
    return this.#lanesOf(room)
      .flatMap(({ entries }) => entries.filter(isShown).map(({ saved }) => toOutgoing(saved)))
      .sort((a, b) => a.composedAt - b.composedAt)
  }

  /** The rooms that have something to show as outgoing. */
  get rooms(): ReadonlySet<RoomId> {
    const entries = [...this.#lanes.values()].flatMap((lane) => lane.entries.filter(isShown))
    return new Set(entries.map(({ saved: { room } }) => room))
  }

  #lanesOf(room: RoomId): Lane[] {
    return [...this.#lanes].filter(([key]) => key.endsWith(`/${room}`)).map(([, lane]) => lane)
  }

  #lanesBy(producer: ProducerId): Lane[] {
    return [...this.#lanes].filter(([key]) => producerIn(key) === producer).map(([, lane]) => lane)
  }

  #arrived(room: RoomId, { producer, n, seq }: TextRecord): Entry[] {
    const entry = this.#lanes.get(laneKey(producer, room))?.arrived(n)
    return entry ? [{ ...entry, seq }] : []
  }

  /** The number of a message is done with: it is stored, or skipped. Answers its entry if that is news. */
  #settled(event: Omit<Stored, 'type'>): Entry | undefined {
    const lane = this.#lane(event.producer, event.room)
    const entry = lane.stored(event)
    if (!entry) return undefined
    if (entry.state === 'settled' && !isShown(entry)) lane.remove(entry)
    this.#listeners.changed(event.room)
    return entry
  }

  /** Looks at a row that another tab has written or removed. */
  async #look({ producer, room, n }: Pick<SavedOutgoing, 'producer' | 'room' | 'n'>): Promise<void> {
    const own = this.#producer
    const row = await saved.outgoing.get(this.#ports.store, keys.outgoing(producer, room, n))
    if (this.#producer !== own) return
    if (row) this.#take(row)
    else this.#lane(producer, room).given(n)
    this.#listeners.changed(room)
  }

  #take(row: SavedOutgoing): void {
    this.#lane(row.producer, row.room).take(row)
    this.#producers.found(row.producer)
  }

  #lane(producer: ProducerId, room: RoomId): Lane {
    const key = laneKey(producer, room)
    const known = this.#lanes.get(key)
    if (known) return known
    const lane: Lane = new Lane(
      ({ saved: message }) => this.#listeners.send(eventOf(message)),
      (ms) => this.#ports.clock.after(ms, () => this.#online && this.#lanes.get(key) === lane && lane.resume()),
    )
    this.#lanes.set(key, lane)
    if (this.#online && this.#producers.has(producer)) lane.resume()
    return lane
  }

  #newProducer(): ProducerId {
    const producer = makeId('producer', this.#ports.random(16))
    this.#producers.forget()
    this.#producers.adopt(producer)
    return producer
  }

  async #save(entry: SavedOutgoing): Promise<void> {
    const { producer, room, n } = entry
    await saved.outgoing.set(this.#ports.store, keys.outgoing(producer, room, n), entry)
    this.#ports.neighbours.say({ word: 'row', producer, room, n })
  }

  async #remove({ producer, room, n }: SavedOutgoing): Promise<void> {
    await this.#ports.store.remove(keys.outgoing(producer, room, n))
    this.#ports.neighbours.say({ word: 'row', producer, room, n })
  }

  /** It is in the timeline. */
  async #forget({ saved: { producer, room, n }, seq }: Entry): Promise<void> {
    await this.#ports.store.remove(keys.outgoing(producer, room, n))
    this.#ports.neighbours.say({ word: 'stored', producer, room, n, ...(seq !== undefined && { seq }) })
  }
}

function producerIn(key: string): ProducerId {
  return key.slice(0, key.indexOf('/')) as ProducerId
}

function laneKey(producer: ProducerId, room: RoomId): string {
  return `${producer}/${room}`
}

function isShown({ saved }: Entry): boolean {
  return saved.text !== '' || saved.files !== undefined
}

function eventOf({ room, producer, n, text, files, refusal }: SavedOutgoing): Send | Skip {
  if (refusal) return { type: 'skip', room, producer, n }
  const named = files?.map(({ file, preview }) => ({ file, ...(preview && { preview }) }))
  return { type: 'send', room, producer, n, text, ...(named && { files: named }) }
}

function toOutgoing({ room, producer, n, text, files, composedAt, refusal }: SavedOutgoing): Outgoing {
  return { room, producer, n, text, ...(files && { files }), composedAt, ...(refusal && { refusal }) }
}
