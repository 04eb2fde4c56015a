import { isTransient, type RefusalKind, refuse } from '#protocol/errors.ts'
import type { FileId } from '#protocol/ids.ts'
import { MAX_PARTS_PER_REQUEST, PART_BYTES } from '#protocol/limits.ts'
import type { Clock } from '../ports/clock.ts'
import type { Bytes, Sending, Transfer } from '../ports/transfer.ts'
import { offline, RefusedError } from '../refused-error.ts'
import type { SavedFile } from '../saved.ts'
import type { Session } from '../session.ts'
import { partOf } from './hashing.ts'
import { type Put, watchedPut } from './watched-put.ts'

/** After the first, second... attempt that failed for now. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const
const LONGEST_PAUSE_MS = 30_000

/** What a folder says, and any S3 store, that has no space for the bytes. */
const INSUFFICIENT_STORAGE = 507

export type SendingParts = {
  readonly session: Pick<Session, 'ask'>
  readonly transfer: Transfer
  readonly clock: Clock
}

export type SendingListeners = {
  /** So many of its bytes are there. */
  sent(bytes: number): void
  /** So many parts are there, and need not go again. */
  reached(parts: number): Promise<void>
  /** It does not get on just now, or does again. */
  waits(isWaiting: boolean): void
}

/** Takes one file to the server, through whatever fails for now. */
export class FileSending {
  readonly #parts: SendingParts
  readonly #listeners: SendingListeners
  #current: Sending | undefined
  #isCancelled = false
  /** So many bytes have gone in one of the attempts. */
  #furthest = 0
  /** The store was silent: that it takes some bytes again does not mean that it reads them. */
  #isStuck = false

  constructor(parts: SendingParts, listeners: SendingListeners) {
    this.#parts = parts
    this.#listeners = listeners
  }

  cancel(): void {
    this.#isCancelled = true
    this.#current?.cancel()
  }

  /** Resolves when messages may name it. Rejects with RefusedError: the server will never take it, or it was cancelled. */
  async run(file: SavedFile): Promise<void> {
    let { reached } = file
    for (let failures = 0; !this.#isCancelled; failures++) {
      try {
        return await this.#attempt(file, reached, (parts) => {
          reached = parts
          return this.#listeners.reached(parts)
        })
      } catch (error) {
        if (!(error instanceof RefusedError) || !isTransient(error.refusal.kind)) throw error
        this.#listeners.waits(true)
        const pauseMs = error.refusal.retryAfterMs ?? PAUSES_MS[failures] ?? LONGEST_PAUSE_MS
        await new Promise<void>((resolve) => this.#parts.clock.after(pauseMs, resolve))
      }
    }
    throw offline()
  }

  async #attempt(
    { declaration, bytes }: SavedFile,
    reached: number,
    onReached: (parts: number) => Promise<void>,
  ): Promise<void> {
    const { file } = declaration
    const { state } = await this.#parts.session.ask({ type: 'declare-file', declaration }, 'upload')
    if (!this.#isStuck) this.#listeners.waits(false)
    if (state === 'declared') {
      try {
        await this.#send({ declaration, bytes, reached }, onReached).catch(unlessAllIsThere)
        await this.#parts.session.ask({ type: 'finish-upload', file }, 'upload')
      } catch (error) {
        // Whatever was thought to be there is not: all of it goes once more.
        if (isOf(error, 'not-uploaded', 'not-found')) await onReached(0)
        // Late word of an attempt before this one, which was cut off, has given the file up: it is declared anew.
        throw isOf(error, 'not-found') ? offline() : error
      }
    }
    this.#listeners.waits(false)
    this.#listeners.sent(bytes.size)
  }

  async #send(
    { declaration: { file, parts }, bytes, reached }: SavedFile,
    onReached: (parts: number) => Promise<void>,
  ): Promise<void> {
    if (!parts) return this.#sendWhole(file, bytes)
    for (let part = reached; part < parts.length; part += MAX_PARTS_PER_REQUEST) {
      const count = Math.min(MAX_PARTS_PER_REQUEST, parts.length - part)
      await this.#sendParts(file, bytes, part, count, onReached)
    }
  }

  async #sendWhole(file: FileId, bytes: Bytes): Promise<void> {
    const { puts } = await this.#parts.session.ask({ type: 'sign-upload', file }, 'puts')
    for (const put of puts) await this.#put(put, bytes, 0)
  }

  async #sendParts(
    file: FileId,
    bytes: Bytes,
    first: number,
    count: number,
    onReached: (parts: number) => Promise<void>,
  ): Promise<void> {
    const parts = Array.from({ length: count }, (_, i) => first + i + 1)
    const { puts } = await this.#parts.session.ask({ type: 'sign-upload', file, parts }, 'puts')
    for (const [i, put] of puts.entries()) {
      await this.#put(put, partOf(bytes, first + i), (first + i) * PART_BYTES)
      await onReached(first + i + 1)
    }
  }

  /** @param before bytes of the file that have gone already */
  async #put(put: Put, bytes: Bytes, before: number): Promise<void> {
    if (this.#isCancelled) throw offline()
    const sending = watchedPut(this.#parts, put, bytes, {
      progress: (sent) => this.#progress(before + sent),
      silent: () => {
        this.#isStuck = true
      },
    })
    this.#current = sending
    const status = await sending.done.catch(() => 0)
    this.#current = undefined
    // Only people can make space: they are told, and try again when they have.
    if (status === INSUFFICIENT_STORAGE) throw noSpace()
    // A URL that has expired, a store that is away: the next attempt asks for another.
    if (status < 200 || status > 299) throw offline()
  }

  #progress(sent: number): void {
    if (sent > this.#furthest) {
      this.#furthest = sent
      this.#isStuck = false
      this.#listeners.waits(false)
    }
    this.#listeners.sent(sent)
  }
}

/** The attempt before this one has brought all of it, and did not hear that: it is to be finished. */
function unlessAllIsThere(error: unknown): void {
  if (!isOf(error, 'out-of-turn')) throw error
}

function isOf(error: unknown, ...kinds: readonly RefusalKind[]): boolean {
  return error instanceof RefusedError && kinds.includes(error.refusal.kind)
}

function noSpace(): RefusedError {
  return new RefusedError(refuse('limit-reached', 'no space left where files lie').refused)
}
