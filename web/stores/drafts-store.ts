import { makeAutoObservable, observable, runInAction } from 'mobx'
import type { RoomView, Store } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { SendingSlips } from './sending-slips.ts'

/** What has been typed and not sent, per room; on this device only. */
export class DraftsStore {
  readonly #texts = observable.map<RoomId, string>()
  readonly #store: Store
  readonly #slips: SendingSlips
  /** Rooms whose draft is being written; the newest text is written when the one before it is. */
  readonly #writing = new Map<RoomId, Promise<void>>()
  /** Rooms whose stored draft stays as it is while what was in it is on its way into the outbox, and for how many. */
  readonly #handedOver = new Map<RoomId, number>()

  constructor(store: Store, slips: SendingSlips) {
    this.#store = store
    this.#slips = slips
    makeAutoObservable(this, { of: false })
  }

  of(room: RoomId): string {
    return this.#texts.get(room) ?? ''
  }

  async load(): Promise<void> {
    const rooms = await this.#store.keys('')
    const texts = await Promise.all(rooms.map((room) => this.#store.get(room)))
    runInAction(() => {
      for (const [i, room] of rooms.entries()) {
        const text = texts[i]
        // Typed while this was loading is newer.
        if (typeof text === 'string' && !this.#texts.has(room as RoomId)) this.#texts.set(room as RoomId, text)
      }
    })
  }

  set(room: RoomId, text: string): Promise<void> {
    this.#texts.set(room, text)
    return this.write(room)
  }

  /**
   * Empties the field and gives its text to the outbox. The stored draft goes when `keep` has resolved and the text is
   * safe there; if `keep` rejects, the text is back in the field.
   */
  async handOver(room: RoomView, text: string, keep: () => Promise<void>): Promise<void> {
    const slip = this.#slips.write(room, text)
    this.#texts.set(room.id, '')
    this.hold(room.id, 1)
    try {
      await keep()
      slip.kept()
    } catch (error) {
      this.putBack(room.id, [text])
      throw error
    } finally {
      this.hold(room.id, -1)
      void this.write(room.id).finally(() => slip.remove())
    }
  }

  /** After an earlier page was cut off while it sent: what is not in the outbox is in the field again. */
  async recover(rooms: Iterable<RoomView>, me: UserId): Promise<void> {
    await Promise.all([...rooms].map((room) => this.recoverOne(room, me)))
  }

  /** Whoever logs in next must not find them. */
  async forgetAll(): Promise<void> {
    this.#slips.forgetAll()
    const rooms = new Set([...this.#texts.keys(), ...((await this.#store.keys('')) as RoomId[])])
    await Promise.all([...rooms].map((room) => this.set(room, '')))
  }

  private async recoverOne(room: RoomView, me: UserId): Promise<void> {
    const { kept, lost } = this.#slips.leftIn(room, me)
    if (kept.length + lost.length === 0) return
    // The stored draft may still be what was sent, as far as it had been typed when it was last written.
    const sent = [...kept, ...lost].some((text) => text.startsWith(this.of(room.id)))
    if (sent) this.#texts.set(room.id, '')
    this.putBack(room.id, lost)
    await this.write(room.id)
    this.#slips.settle(room.id)
  }

  /** In front of what has been typed since. */
  private putBack(room: RoomId, texts: readonly string[]): void {
    this.#texts.set(room, [...texts, this.of(room)].filter((text) => text !== '').join('\n'))
  }

  private hold(room: RoomId, more: 1 | -1): void {
    this.#handedOver.set(room, (this.#handedOver.get(room) ?? 0) + more)
  }

  private isHeld(room: RoomId): boolean {
    return (this.#handedOver.get(room) ?? 0) > 0
  }

  /** Resolves when the newest text is stored. */
  private write(room: RoomId): Promise<void> {
    if (this.isHeld(room)) return Promise.resolve()
    const writing = this.#writing.get(room) ?? this.writeAll(room)
    this.#writing.set(room, writing)
    return writing
  }

  private async writeAll(room: RoomId): Promise<void> {
    try {
      let written: string | undefined
      while (!this.isHeld(room) && written !== this.of(room)) {
        written = this.of(room)
        await (written === '' ? this.#store.remove(room) : this.#store.set(room, written))
      }
    } finally {
      this.#writing.delete(room)
    }
  }
}
