import type { Outcome } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Peers } from '../ports/peers.ts'
import type { Settlement, Submission } from '../room/submissions.ts'
import type { Connection } from './connection.ts'

/** What clients send in one turn, gathered: one call, and one commit, for each sender and room. */
export class Sends {
  readonly #peers: Peers
  readonly #onFailure: (error: unknown) => void
  readonly #underWay = new Set<Promise<void>>()
  #gathered = new Map<Connection, Map<RoomId, { user: UserId; submissions: Submission[] }>>()

  constructor(peers: Peers, onFailure: (error: unknown) => void) {
    this.#peers = peers
    this.#onFailure = onFailure
  }

  add(connection: Connection, user: UserId, room: RoomId, submission: Submission): void {
    if (this.#gathered.size === 0) void Promise.resolve().then(() => this.#submitAll())
    const rooms = this.#gathered.get(connection) ?? new Map<RoomId, { user: UserId; submissions: Submission[] }>()
    this.#gathered.set(connection, rooms)
    const batch = rooms.get(room)
    if (batch) batch.submissions.push(submission)
    else rooms.set(room, { user, submissions: [submission] })
  }

  get isBusy(): boolean {
    return this.#gathered.size > 0 || this.#underWay.size > 0
  }

  /** Resolves when every message received so far has been answered. */
  async settled(): Promise<void> {
    this.#submitAll()
    await Promise.all(this.#underWay)
  }

  #submitAll(): void {
    const gathered = this.#gathered
    this.#gathered = new Map()
    for (const [connection, rooms] of gathered) {
      for (const [room, { user, submissions }] of rooms) this.#track(this.#submit(connection, user, room, submissions))
    }
  }

  #track(submission: Promise<void>): void {
    const tracked = submission.catch(this.#onFailure).finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }

  async #submit(connection: Connection, user: UserId, room: RoomId, submissions: Submission[]): Promise<void> {
    const outcome = await this.#peers.room(room).send(user, submissions)
    for (const [i, { producer, n }] of submissions.entries()) {
      const settlement = settlementAt(outcome, i)
      if ('stored' in settlement) connection.say({ type: 'stored', room, producer, n, ...settlement.stored })
      else connection.say({ type: 'refused', room, producer, n, refusal: settlement.refused })
    }
  }
}

function settlementAt(outcome: Outcome<Settlement[]>, i: number): Settlement {
  if ('refused' in outcome) return outcome
  const settlement = outcome.ok[i]
  if (!settlement) throw new Error('a room settled fewer submissions than it was sent')
  return settlement
}
