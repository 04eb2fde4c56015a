import type { Down } from '#protocol/down.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { CacheCheck } from './cache-check.ts'
import type { Truth } from './truth.ts'
import type { Verdict } from './violation.ts'

const REMEMBERED_FRAMES = 16

/**
 * Hears what one connection brings to a device, before the client does. What it promises and shows must be durable at
 * that moment (I1, I3), and nobody is shown what is not meant for him (I9, M3).
 */
export class Witness {
  readonly #truth: Truth
  readonly #verdict: Verdict
  readonly #cache: CacheCheck
  #user: UserId | undefined
  /** Where the inbox was last asked to go on. */
  #cursor: number | undefined

  constructor(truth: Truth, verdict: Verdict, cache: CacheCheck) {
    this.#truth = truth
    this.#verdict = verdict
    this.#cache = cache
  }

  /** What the device says. */
  said(frame: string): void {
    if (!frame.includes('"sync"')) return
    for (const event of JSON.parse(`[${frame}]`).flat()) if (event.type === 'sync') this.#cursor = event.inbox
  }

  frame(frame: string): void {
    const events = eventsOf(frame)
    if (events.length > 1) this.#order(events)
    for (const event of events) this.#event(event)
  }

  /** F1, within a frame. Between two of them a gateway may have lost its memory of what the device was told. */
  #order(events: readonly Down[]): void {
    const told = new Map<RoomId, number>()
    for (const event of events) {
      if (event.type !== 'delivery') continue
      const { room, from, to } = event
      const before = told.get(room)
      if (before !== undefined && (from > before + 1 || to < before))
        this.#verdict.violated('F1', `a frame tells ${room} up to ${before}, and then ${from} to ${to}`)
      told.set(room, to)
    }
  }

  #event(event: Down): void {
    switch (event.type) {
      case 'session':
        this.#user = event.user
        return this.#cache.loggedIn(event.user)
      case 'ready':
        return this.#ready(event.inbox)
      case 'stored':
        return this.#stored(event)
      case 'delivery':
        this.#place(event.room, event.to, 'a delivery')
        return this.#show(event.room, event.records)
      case 'page':
        this.#place(event.room, event.head, 'a page')
        return this.#show(event.room, event.records, event.floor)
      case 'heads':
        for (const { room, seq, floor, records } of event.heads) {
          this.#place(room, seq, 'a head')
          this.#show(room, records, floor)
        }
        return
      case 'read':
        return this.#place(event.room, event.seq, 'a mark')
      case 'inbox':
        return this.#inbox(event)
    }
  }

  /** I8: whoever has a cursor goes on from there. */
  #ready(cursor: number): void {
    if (this.#cursor === undefined) this.#cache.inboxBegins(cursor)
    else if (cursor > this.#cursor)
      this.#verdict.violated(
        'I8',
        `${this.#user} asks for the inbox after ${this.#cursor}, and is answered from ${cursor} on`,
      )
  }

  /** I1: what is acknowledged stands where it was said to stand, now and (the disk is checked) for ever. */
  #stored({ room, producer, n, seq }: Extract<Down, { type: 'stored' }>): void {
    const truth = this.#truth.room(room)
    if (seq === undefined) {
      if ((truth.producers.get(producer)?.n ?? 0) < n)
        this.#verdict.violated('I1', `${producer} ${n} was called settled in ${room}, and is not`)
      return
    }
    const record = truth.records[seq - 1]
    if (record?.kind !== 'text' || record.producer !== producer || record.n !== n)
      this.#verdict.violated('I1', `${producer} ${n} was acknowledged at ${seq} of ${room}, where it does not stand`)
  }

  /** I9: who is not in the room is not even told how far it has got. */
  #place(room: RoomId, seq: number, what: string): void {
    if (this.#user && this.#truth.room(room).hasLeftBefore(this.#user, seq))
      this.#verdict.violated('I9', `${this.#user} was told ${what} at ${seq} of ${room}`)
  }

  /** I3: everybody is shown what the timeline holds, so all are shown the same. */
  #show(room: RoomId, records: readonly TimelineRecord[], floor = 1): void {
    const truth = this.#truth.room(room)
    for (const record of records) {
      const { seq } = record
      if (!isSameRecord(record, truth.records[seq - 1]))
        this.#verdict.violated('I3', `${room} was shown with another record at ${seq} than it holds`)
      if (seq < floor || (this.#user && !truth.maySee(this.#user, seq)))
        this.#verdict.violated('I9', `${this.#user} was shown ${seq} of ${room}`)
    }
  }

  #inbox({ from, to, entries }: Extract<Down, { type: 'inbox' }>): void {
    if (!this.#user) return
    const { inbox } = this.#truth.user(this.#user)
    for (const [i, entry] of entries.entries()) {
      const there = inbox[from + i - 1]
      if (entry.seq !== from + i || there?.room !== entry.room || there.kind !== entry.kind)
        this.#verdict.violated('I3', `the inbox of ${this.#user} was shown with another entry at ${from + i}`)
    }
    this.#cache.inboxCame(from, to)
  }
}

/** Records are flat, but for the files that they name. */
export function isSameRecord(record: TimelineRecord, other: TimelineRecord | undefined): boolean {
  if (!other) return false
  const [a, b] = [record as Record<string, unknown>, other as Record<string, unknown>]
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => a[key] === b[key] || (key === 'files' && isSame(a.files, b.files)))
  )
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const decoded = new Map<string, Down[]>()

/** Several connections get the same frame. That it can be read by its schema, the clients see to. */
function eventsOf(frame: string): Down[] {
  const known = decoded.get(frame)
  if (known) return known
  const json = JSON.parse(frame)
  const events: Down[] = Array.isArray(json) ? json : [json]
  if (decoded.size >= REMEMBERED_FRAMES) decoded.clear()
  decoded.set(frame, events)
  return events
}
