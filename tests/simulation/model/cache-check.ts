import { PAGE_RECORDS } from '#client/pages.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Truth } from './truth.ts'
import type { Verdict } from './violation.ts'

type SavedRoom = { readonly first: number; readonly last: number; readonly rev: number }

/**
 * I8, at every write to a device's storage, since the client may die after any: a room's row names only records that
 * are there, and the cursor of the inbox passes nothing that has not come, or is not applied to what is stored.
 */
export class CacheCheck {
  readonly #name: string
  readonly #truth: Truth
  readonly #verdict: Verdict
  readonly #values: ReadonlyMap<string, unknown>
  #user: UserId | undefined
  /** Up to where the inbox has come without a gap. */
  #came: number | undefined
  #cursor = 0

  constructor(name: string, truth: Truth, verdict: Verdict, values: ReadonlyMap<string, unknown>) {
    this.#name = name
    this.#truth = truth
    this.#verdict = verdict
    this.#values = values
  }

  loggedIn(user: UserId): void {
    this.#user = user
  }

  /** The device has forgotten everything. */
  forgotten(): void {
    this.#user = undefined
    this.#came = undefined
    this.#cursor = 0
  }

  /** A device without a cursor begins where the host says. */
  inboxBegins(cursor: number): void {
    this.#came = cursor
    this.#cursor = cursor
  }

  inboxCame(from: number, to: number): void {
    if (this.#came !== undefined && from <= this.#came + 1) this.#came = Math.max(this.#came, to)
  }

  wrote(key: string, value: unknown): void {
    const [owner = '', kind, room = ''] = key.split('/')
    if (kind === 'room') this.#room(owner, room as RoomId, value as SavedRoom)
    else if (kind === 'page') this.#page(key, value as readonly TimelineRecord[])
    else if (kind === 'inbox') this.#inbox(owner, value as number)
  }

  #page(key: string, records: readonly TimelineRecord[]): void {
    if (records.some(({ seq }, i) => i > 0 && seq <= (records[i - 1]?.seq ?? 0)))
      this.#verdict.violated('I8', `${this.#name} keeps records out of order in ${key}`)
  }

  #room(owner: string, room: RoomId, { first, last }: SavedRoom): void {
    for (let from = first; from <= last; ) {
      const page = Math.floor(from / PAGE_RECORDS)
      const to = Math.min(last, (page + 1) * PAGE_RECORDS - 1)
      const records = (this.#values.get(`${owner}/page/${room}/${page}`) ?? []) as readonly TimelineRecord[]
      const at = records.findLastIndex(({ seq }) => seq <= from)
      // They rise one by one: the two ends tell of all between.
      if (records[at]?.seq !== from || records[at + to - from]?.seq !== to) {
        this.#verdict.violated('I8', `${this.#name} says it holds ${from} to ${to} of ${room}, and does not`)
        return
      }
      from = to + 1
    }
  }

  #inbox(owner: string, cursor: number): void {
    if (!this.#user) return
    if (cursor > (this.#came ?? 0))
      this.#verdict.violated('I8', `${this.#name} moves its cursor to ${cursor}, and has heard up to ${this.#came}`)
    for (const { seq, kind, room, rev } of this.#truth.user(this.#user).inbox.slice(this.#cursor, cursor)) {
      const row = this.#values.get(`${owner}/room/${room}`) as SavedRoom | undefined
      if (kind === 'room-removed' && row && row.rev <= rev)
        this.#verdict.violated('I8', `${this.#name} moves its cursor past ${seq} and still keeps ${room}`)
    }
    this.#cursor = Math.max(this.#cursor, cursor)
  }
}
