import type { Outcome } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Peers } from '../ports/peers.ts'
import type { Settlement, Submission } from '../room/submissions.ts'
import type { Connection } from './connection.ts'
import type { UnderWay } from './under-way.ts'

type Batch = { readonly user: UserId; readonly submissions: Submission[] }

/** What clients send in one turn, gathered: one call, and one commit, for each sender and room. */
export class Sends {
  readonly #peers: Peers
  readonly #underWay: UnderWay
  readonly #onFailure: (error: unknown) => void
  #gathered = new Map<Connection, Map<RoomId, Batch>>()

  constructor(peers: Peers, underWay: UnderWay, onFailure: (error: unknown) => void) {
    this.#peers = peers
    this.#underWay = underWay
    this.#onFailure = onFailure
  }

  add(connection: Connection, user: UserId, room: RoomId, submission: Submission): void {
    if (this.#gathered.size === 0) this.#underWay.add(Promise.resolve().then(() => this.#submitAll()))
    const rooms = this.#gathered.get(connection) ?? new Map<RoomId, Batch>()
    this.#gathered.set(connection, rooms)
    const batch = rooms.get(room)
    if (batch) batch.submissions.push(submission)
    else rooms.set(room, { user, submissions: [submission] })
  }

  #submitAll(): void {
    const gathered = this.#gathered
    this.#gathered = new Map()
    for (const [connection, rooms] of gathered) {
      for (const [room, { user, submissions }] of rooms)
        this.#underWay.add(this.#submit(connection, user, room, submissions).catch(this.#onFailure))
    }
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
