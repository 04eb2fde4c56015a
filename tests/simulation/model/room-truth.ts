import type { Commit, Key } from '#durable/ports/storage.ts'
import type { MemberRow, ProducerRow } from '#durable/room/rows.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { decode, Rows } from './rows.ts'
import type { Verdict } from './violation.ts'

/** One time of a user in a room: from a floor up to the departure, and when these became durable (ms). */
export type Stay = { readonly floor: number; readonly since: number; last?: number; until?: number }

/** What is durable of a room. Every commit is checked as it gets to the disk. */
export class RoomTruth {
  readonly id: RoomId
  readonly records: TimelineRecord[] = []
  readonly members = new Rows<MemberRow>()
  readonly producers = new Rows<ProducerRow>()
  readonly stays = new Map<UserId, Stay[]>()
  readonly pending = new Map<string, Rows<unknown>>([
    ['outbox', new Rows()],
    ['agenda', new Rows()],
  ])
  readonly #verdict: Verdict
  readonly #lastOf = new Map<string, number>()
  readonly #stored = new Set<string>()

  constructor(id: RoomId, verdict: Verdict) {
    this.id = id
    this.#verdict = verdict
  }

  get head(): number {
    return this.records.length
  }

  /** The countable ordinal at a place. */
  ordAt(seq: number): number {
    return this.records[seq - 1]?.ord ?? 0
  }

  isMember(user: UserId): boolean {
    return this.members.all.has(user)
  }

  /** Whether a user may see a place: he was in the room at the time, and reads from there on. */
  maySee(user: UserId, seq: number): boolean {
    const stays = this.stays.get(user) ?? []
    return stays.some(({ floor, last }) => floor <= seq && (last === undefined || seq <= last))
  }

  /** Whether whatever stands at a place, or is said to be there, came after a user was in the room. */
  hasLeftBefore(user: UserId, seq: number): boolean {
    return (this.stays.get(user) ?? []).every(({ last }) => last !== undefined && last < seq)
  }

  /** Whether a user has been in the room all the time since. */
  hasStayed(user: UserId, since: number): boolean {
    return (this.stays.get(user) ?? []).some((stay) => stay.since <= since && stay.until === undefined)
  }

  apply({ writes }: Commit, now: number): void {
    const departures = new Map<UserId, number>()
    for (const { table, key, value } of writes) {
      if (table !== 'timeline' || !value) continue
      const record = decode(value) as TimelineRecord
      this.#append(key, record)
      if (record.kind === 'left') departures.set(record.user, record.seq)
    }
    for (const write of writes) {
      if (write.table === 'members') this.#member(write.key as UserId, write, departures, now)
      if (write.table === 'producers') this.producers.write(write)
      this.pending.get(write.table)?.write(write)
    }
  }

  #append(key: Key, record: TimelineRecord): void {
    if (key !== this.head + 1 || record.seq !== key) {
      this.#verdict.violated('I2', `${this.id} gets ${key} (${record.seq}) where ${this.head + 1} is due`)
    }
    this.records.push(record)
    if (record.kind !== 'text') return
    const { producer, n } = record
    const name = `${producer} ${n}`
    if (this.#stored.has(name)) this.#verdict.violated('I5', `${name} stands twice in ${this.id}`)
    this.#stored.add(name)
    if (n < (this.#lastOf.get(producer) ?? 0)) this.#verdict.violated('I4', `${name} comes too late in ${this.id}`)
    this.#lastOf.set(producer, n)
  }

  #member(user: UserId, write: Parameters<Rows<MemberRow>['write']>[0], departures: Map<UserId, number>, now: number) {
    const before = this.members.get(user)
    this.members.write(write)
    const row = this.members.get(user)
    const stays = this.stays.get(user) ?? []
    this.stays.set(user, stays)
    if (row && !before) stays.push({ floor: row.floor, since: now })
    const stay = stays.at(-1)
    if (row || !stay || stay.until !== undefined) return
    stay.last = departures.get(user) ?? this.head
    stay.until = now
  }
}
