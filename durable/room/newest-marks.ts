import type { UserId } from '#protocol/ids.ts'
import type { MemberRow } from './rows.ts'

type Entry = readonly [user: UserId, row: MemberRow]

/** Marks of members that a head carries, and one: a head leaves out the mark of whoever it is for. */
const KEPT = 101

/**
 * The members who have read farthest, the farthest first. Everybody who comes back to a room asks for them: in a room of
 * thousands they are not looked for each time.
 */
export class NewestMarks {
  readonly #members: ReadonlyMap<UserId, MemberRow>
  /** Undefined when they have to be looked for. */
  #first: Entry[] | undefined

  constructor(members: ReadonlyMap<UserId, MemberRow>) {
    this.#members = members
  }

  get first(): readonly Entry[] {
    this.#first ??= [...this.#members].sort(([, a], [, b]) => b.read - a.read).slice(0, KEPT)
    return this.#first
  }

  /** A member came, or read on. */
  moved(user: UserId, row: MemberRow): void {
    if (!this.#first) return
    const others = this.#first.filter(([other]) => other !== user)
    const place = others.findLastIndex(([, { read }]) => read >= row.read) + 1
    this.#first = others.toSpliced(place, 0, [user, row]).slice(0, KEPT)
  }

  /** A member went. */
  gone(user: UserId): void {
    if (this.#first?.some(([other]) => other === user)) this.#first = undefined
  }
}
