import type { Refused } from '#protocol/down/refused.ts'
import type { Stored } from '#protocol/down/stored.ts'
import { isTransient } from '#protocol/errors.ts'
import type { SavedOutgoing } from './saved.ts'

/** Messages of one lane that may be on their way at once. */
const WINDOW = 8

/** After a passing refusal that names no time. */
const RETRY_AFTER_MS = 1_000

/**
 *     saving -> waiting -> sent -> stored
 *
 * saving: not yet safe on the device; waiting: to be sent; sent: on its way; stored: in the timeline, whose record has
 * not arrived here yet. A lost connection, or a refusal for now, leads from sent back to waiting. A message refused for
 * good goes the same way once more, from saving on, as a skip; that one ends
 *
 * settled: its number is done with, and it stays to be shown; or, if even the skip is refused for good,
 * barred: the room takes nothing of this user. It rests until the room misses its number (SPEC.md, P3).
 */
type State = 'saving' | 'waiting' | 'sent' | 'stored' | 'settled' | 'barred'

/** A message, or a skip once it has a refusal. `seq` is known once it is stored. */
export type Entry = { saved: SavedOutgoing; state: State; seq?: number }

/** A number without a message: it is skipped, and nobody sees it. */
export function emptyNumber({ room, producer, composedAt }: SavedOutgoing, n: number): SavedOutgoing {
  const refusal = { kind: 'retry', reason: 'the message was not kept' } as const
  return { room, producer, n, text: '', composedAt, refusal }
}

/** The outbox of one producer for one room: sent strictly in the order of n, several at once. */
export class Lane {
  readonly entries: Entry[] = []
  #running = false
  /** The timeline is known up to here. */
  #passed = 0
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

  /** As another tab has kept it. */
  take(saved: SavedOutgoing): void {
    const entry = this.find(saved.n)
    if (!entry) {
      const before = this.entries.findLastIndex((other) => other.saved.n < saved.n)
      this.entries.splice(before + 1, 0, { saved, state: saved.settled ? 'settled' : 'waiting' })
    } else {
      entry.saved = saved
      if (saved.settled) entry.state = 'settled'
    }
    this.pump()
  }

  /** Another tab keeps it no more. One that was not refused is in the timeline, or will be heard to be. */
  given(n: number): void {
    const entry = this.find(n)
    if (entry?.saved.refusal) this.remove(entry)
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

  /** What was being saved is safe, or never will be. */
  secured(entry: Entry): void {
    if (entry.state === 'saving') entry.state = 'waiting'
    this.pump()
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
    this.#passed = Math.max(this.#passed, seq)
    for (const entry of [...this.entries]) if (entry.seq !== undefined && entry.seq <= seq) this.remove(entry)
  }

  /** A message was stored, or a number skipped. Answers the entry when its state changed for good. */
  stored({ n, seq }: Omit<Stored, 'type'>): Entry | undefined {
    const entry = this.find(n)
    if (!entry || entry.state === 'settled') return undefined
    entry.state = entry.saved.refusal ? 'settled' : 'stored'
    if (seq !== undefined) entry.seq = seq
    // Answers and records come by different ways: the record may have passed already, or long ago.
    if (entry.state === 'stored' && (seq === undefined || seq <= this.#passed)) this.remove(entry)
    this.pump()
    return entry
  }

  /** Answers a message that was refused for good: its reason is to be saved, then `secured`. */
  refused({ n, refusal }: Refused): Entry | undefined {
    const entry = this.find(n)
    if (entry?.state !== 'sent') return undefined
    if (isTransient(refusal.kind)) {
      entry.state = 'waiting'
      const mended = refusal.kind === 'out-of-order' && this.#reopenBefore(entry)
      this.#wait(mended ? 0 : (refusal.retryAfterMs ?? RETRY_AFTER_MS))
      return undefined
    }
    if (entry.saved.refusal) {
      entry.state = 'barred'
      this.pump()
      return undefined
    }
    entry.state = 'saving'
    entry.saved = { ...entry.saved, refusal }
    return entry
  }

  /**
   * The room misses a number before this one. It hears the user (again), so the barred ones go too; and a number that
   * this device does not know is skipped: its message was never safe, or was settled long ago.
   */
  #reopenBefore({ saved }: Entry): boolean {
    const before = this.entries.filter((entry) => entry.saved.n < saved.n)
    const barred = before.filter(({ state }) => state === 'barred')
    for (const entry of barred) entry.state = 'waiting'
    const isUnknown = saved.n > 1 && before.at(-1)?.saved.n !== saved.n - 1
    if (isUnknown) this.entries.splice(before.length, 0, { saved: emptyNumber(saved, saved.n - 1), state: 'waiting' })
    return isUnknown || barred.length > 0
  }

  #wait(ms: number): void {
    if (!this.#running) return
    this.#running = false
    this.#later(ms)
  }
}
