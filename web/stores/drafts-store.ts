import { makeAutoObservable, observable, runInAction } from 'mobx'
import type { Store } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'

/** What has been typed and not sent, per room; on this device only. */
export class DraftsStore {
  readonly #texts = observable.map<RoomId, string>()
  readonly #store: Store
  /** Rooms whose draft is being written; the newest text is written when the one before it is. */
  readonly #writing = new Set<RoomId>()

  constructor(store: Store) {
    this.#store = store
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

  async set(room: RoomId, text: string): Promise<void> {
    this.#texts.set(room, text)
    if (this.#writing.has(room)) return
    this.#writing.add(room)
    try {
      let written: string | undefined
      while (written !== this.of(room)) {
        written = this.of(room)
        await (written === '' ? this.#store.remove(room) : this.#store.set(room, written))
      }
    } finally {
      this.#writing.delete(room)
    }
  }

  /** Whoever logs in next must not find them. */
  async forgetAll(): Promise<void> {
    const rooms = new Set([...this.#texts.keys(), ...((await this.#store.keys('')) as RoomId[])])
    await Promise.all([...rooms].map((room) => this.set(room, '')))
  }
}
