import type { Outcome } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Send } from '#protocol/up/send.ts'
import type { Skip } from '#protocol/up/skip.ts'
import type { Peers } from '../ports/peers.ts'
import type { Sockets } from '../ports/sockets.ts'
import type { Settlement, Submission } from '../room/submissions.ts'
import { Attaching } from './attaching.ts'
import type { Connection } from './connection.ts'
import type { UnderWay } from './under-way.ts'

/** What goes to one room, and who waits for each answer. */
type Batch = { readonly submissions: Submission[]; readonly senders: Connection[]; length: number }

/** A call that has so many characters takes no more; JSON makes at most three bytes of one. Keeps commit and delivery small. */
const ENOUGH_LENGTH = 48 * 1024
const ENOUGH_SUBMISSIONS = 512

/** What clients send in one turn, gathered: one call, one commit and one delivery for each room. */
export class Sends {
  readonly #peers: Peers
  readonly #sockets: Sockets
  readonly #underWay: UnderWay
  readonly #onFailure: (error: unknown) => void
  readonly #attaching: Attaching
  #gathered = new Map<RoomId, Batch>()

  constructor(peers: Peers, sockets: Sockets, underWay: UnderWay, onFailure: (error: unknown) => void) {
    this.#peers = peers
    this.#sockets = sockets
    this.#underWay = underWay
    this.#onFailure = onFailure
    this.#attaching = new Attaching(peers)
  }

  take(connection: Connection, user: UserId, event: Send | Skip): void {
    const { room, producer, n } = event
    const submission = { user, producer, n, ...(event.type === 'send' && { text: event.text }) }
    const files = event.type === 'send' ? event.files : undefined
    if (!files && !this.#attaching.of(connection)) return this.#add(connection, room, submission)
    const sent = this.#attaching.inOrder(connection, user, room, files, (attached) => {
      if (!attached) this.#add(connection, room, submission)
      else if ('ok' in attached) this.#add(connection, room, { ...submission, files: attached.ok })
      else connection.say({ type: 'refused', room, producer, n, refusal: attached.refused })
    })
    this.#underWay.add(sent.catch(this.#onFailure))
  }

  #add(connection: Connection, room: RoomId, submission: Submission): void {
    if (this.#gathered.size === 0) this.#underWay.add(this.#submitAfterTurn())
    const batch = this.#batchWithSpace(room)
    batch.submissions.push(submission)
    batch.senders.push(connection)
    batch.length += lengthOf(submission)
  }

  #batchWithSpace(room: RoomId): Batch {
    const known = this.#gathered.get(room)
    if (known && known.length < ENOUGH_LENGTH && known.submissions.length < ENOUGH_SUBMISSIONS) return known
    if (known) this.#send(room, known)
    const batch: Batch = { submissions: [], senders: [], length: 0 }
    this.#gathered.set(room, batch)
    return batch
  }

  #submitAfterTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#sockets.afterTurn(() => {
        try {
          this.#submit()
        } finally {
          resolve()
        }
      })
    })
  }

  /** What else a client says comes after its messages, also where their files are still asked for. */
  before(connection: Connection, work: () => Promise<void>): Promise<void> {
    const attaching = this.#attaching.of(connection)
    const go = () => {
      this.#submit()
      return work()
    }
    return attaching === undefined ? go() : attaching.then(go)
  }

  #submit(): void {
    const gathered = this.#gathered
    this.#gathered = new Map()
    for (const [room, batch] of gathered) this.#send(room, batch)
  }

  #send(room: RoomId, batch: Batch): void {
    this.#underWay.add(this.#settle(room, batch).catch(this.#onFailure))
  }

  async #settle(room: RoomId, { submissions, senders }: Batch): Promise<void> {
    const outcome = await this.#peers.room(room).send(submissions)
    for (const [i, { producer, n }] of submissions.entries()) {
      const settlement = settlementAt(outcome, i)
      if ('stored' in settlement) senders[i]?.say({ type: 'stored', room, producer, n, ...settlement.stored })
      else senders[i]?.say({ type: 'refused', room, producer, n, refusal: settlement.refused })
    }
  }
}

/** About what it takes in a commit. */
function lengthOf({ text = '', files }: Submission): number {
  return text.length + (files ? JSON.stringify(files).length : 0)
}

function settlementAt(outcome: Outcome<Settlement[]>, i: number): Settlement {
  if ('refused' in outcome) return outcome
  const settlement = outcome.ok[i]
  if (!settlement) throw new Error('a room settled fewer submissions than it was sent')
  return settlement
}
