import type { Bytes, Sending, Transfer } from '#client/ports/transfer.ts'
import type { MemoryObjects } from '../../support/memory-objects.ts'
import type { Chance } from '../chance.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VirtualClock } from '../virtual-clock.ts'

const SLOWEST_MS = 80
const SLOW_MS = 4_000
/** So long it takes until it is looked at, more or less. */
const SOON_MS = 200
const LATE_MS = 5_000
const OK = 200
const NOT_WHAT_WAS_SIGNED = 403

export type DeviceTransferParts = {
  readonly objects: MemoryObjects
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly chance: Chance
  /** Whether the network lets the device connect. */
  readonly isCut: () => boolean
}

/** One PUT under way. */
type Put = { readonly url: string; readonly bytes: Bytes; onProgress(sent: number): void; isGivenUp: boolean }

/** What one run of a device sends to where files lie, over a network that delays, loses and changes it. */
export class DeviceTransfer implements Transfer {
  readonly #parts: DeviceTransferParts
  #isOver = false
  #lostSoFar = 0

  constructor(parts: DeviceTransferParts) {
    this.#parts = parts
  }

  put(url: string, _: Readonly<Record<string, string>>, bytes: Bytes, onProgress: (sent: number) => void): Sending {
    const put: Put = { url, bytes, onProgress, isGivenUp: false }
    const cancelled = Promise.withResolvers<never>()
    onProgress(0)
    return {
      done: Promise.race([this.#send(put), cancelled.promise]),
      cancel: () => {
        put.isGivenUp = true
        cancelled.reject(new Error('cancelled'))
      },
    }
  }

  /** The device dies: what it was sending may still arrive, and nobody hears of it. */
  stop(): void {
    this.#isOver = true
  }

  async #send(put: Put): Promise<number> {
    const { chance, isCut } = this.#parts
    const content = new Uint8Array(await put.bytes.arrayBuffer())
    const isLost = chance.strikes('upload lost')
    // Of every second nobody hears that it is lost.
    if (isLost && this.#lostSoFar++ % 2 === 0) return new Promise(() => {})
    await this.#travel()
    if (isLost || isCut()) return this.#lost()
    if (put.isGivenUp || this.#isOver) {
      if (!chance.strikes('upload arrived after it was given up')) return this.#lost()
    } else put.onProgress(content.length)
    const status = this.#arrive(put, content)
    await this.#travel()
    return isCut() || this.#isOver || chance.strikes('answer to an upload lost') ? this.#lost() : status
  }

  #arrive({ url, isGivenUp }: Put, content: Uint8Array): number {
    const { objects, chance } = this.#parts
    if (chance.strikes('upload answered by something in between')) return OK
    // Of one that comes so late it is the store that does not take it.
    if (!isGivenUp && !this.#isOver && chance.strikes('upload changed on its way, and kept')) {
      objects.takeUnseen({ url }, Uint8Array.from([...content, 0]))
      return OK
    }
    const isTaken = objects.take({ url }, content)
    if (isTaken && !objects.refusesOtherContent && chance.strikes('upload overwritten'))
      this.#overwriteLater(url, content)
    return isTaken ? OK : NOT_WHAT_WAS_SIGNED
  }

  /** By something of the same length, which may be there before it is looked at, meanwhile, or long after that. */
  #overwriteLater(url: string, content: Uint8Array): void {
    const { objects, clock, random } = this.#parts
    clock.after(random.int(0, random.chance(0.5) ? SOON_MS : LATE_MS), () => {
      objects.take(
        { url },
        content.map((byte) => byte ^ 1),
      )
    })
  }

  #travel(): Promise<void> {
    const { clock, random, chance } = this.#parts
    return clock.sleep(random.int(1, chance.strikes('upload slow') ? SLOW_MS : SLOWEST_MS))
  }

  /** To a device that is no more nothing comes, not even that. */
  #lost(): Promise<never> {
    return this.#isOver ? new Promise(() => {}) : Promise.reject(new Error('the connection is lost'))
  }
}
