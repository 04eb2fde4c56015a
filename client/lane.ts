import type { Refused } from '#protocol/down/refused.ts'
import type { Stored } from '#protocol/down/stored.ts'
import { isTransient } from '#protocol/errors.ts'
import type { SavedOutgoing } from './saved.ts'

/** Messages of one lane that may be on their way at once. */
const WINDOW = 8

/** After a passing refusal that names no time. */
const RETRY_AFTER_MS = 1_000

/**
 * saving: not yet safe on the device; waiting: to be sent; sent: on its way; stored: in the timeline, whose record has
 * not arrived here yet; closed: refused, its number settled.
 */
type State = 'saving' | 'waiting' | 'sent' | 'stored' | 'closed'

/** `seq` is known once it is stored. */
export type Entry = { saved: SavedOutgoing; state: State; seq?: number }

/**
 * The outbox of one producer for one room: sent strictly in the order of n, several at once. A number whose message
 * was refused for good is settled by a skip.
 */
export class Lane {
  readonly entries: Entry[] = []
  #running = false
  readonly #send: (entry: Entry) => void
  readonly #later: (ms: number) => void

  /** `later` is asked to call `resume` after some ms. */
  constructor(send: (entry: Entry) => void, later: (ms: number) => void) {
    this.#send = send
    this.#later = later
  }

  add(entry: Entry): void {
    this.entries.push(entry)
  }

  /** Sends what is due, while the lane runs. */
  pump(): void {
    if (!this.#running) return
    let underWay = this.entries.filter(({ state }) => state === 'sent').length
    for (const entry of this.entries) {
      if (entry.state === 'saving' || underWay >= WINDOW) return
      if (entry.state !== 'waiting') continue
      entry.state = 'sent'
      underWay++
      this.#send(entry)
    }
  }

  /** The connection is gone: what was on its way may or may not have arrived, and is sent again. */
  interrupt(): void {
    this.#running = false
    for (const entry of this.entries) if (entry.state === 'sent') entry.state = 'waiting'
  }

  resume(): void {
    this.#running = true
    this.pump()
  }

  find(n: number): Entry | undefined {
    return this.entries.find(({ saved }) => saved.n === n)
  }

  remove(entry: Entry): void {
    const at = this.entries.indexOf(entry)
    if (at >= 0) this.entries.splice(at, 1)
  }

  /** The record of a message has arrived: it is no longer outgoing. */
  arrived(n: number): Entry | undefined {
    const entry = this.find(n)
    if (entry) this.remove(entry)
    this.pump()
    return entry
  }

  /** The timeline is known up to `seq`: what was stored there is no longer outgoing, even if it stands behind a gap. */
  passed(seq: number): void {
    for (const entry of [...this.entries]) if (entry.seq !== undefined && entry.seq <= seq) this.remove(entry)
  }

  /** A message was stored, or a number skipped. Answers the entry when its state changed for good. */
  stored({ n, seq }: Stored): Entry | undefined {
    const entry = this.find(n)
    if (!entry || entry.state === 'closed') return undefined
    entry.state = entry.saved.refusal ? 'closed' : 'stored'
    if (seq !== undefined) entry.seq = seq
    else if (entry.state === 'stored') this.remove(entry)
    this.pump()
    return entry
  }

  /** A refusal: for good, then it is kept with its reason and its number skipped; or for now, then all of it waits. */
  refused({ n, refusal }: Refused): Entry | undefined {
    const entry = this.find(n)
    if (entry?.state !== 'sent') return undefined
    if (isTransient(refusal.kind)) {
      entry.state = 'waiting'
      this.#wait(refusal.retryAfterMs ?? RETRY_AFTER_MS)
      return undefined
    }
    // A skip that is refused for good: the room will have nothing more of this producer.
    entry.state = entry.saved.refusal ? 'closed' : 'waiting'
    entry.saved = { ...entry.saved, refusal: entry.saved.refusal ?? refusal }
    this.pump()
    return entry
  }

  #wait(ms: number): void {
    if (!this.#running) return
    this.#running = false
    this.#later(ms)
  }
}
