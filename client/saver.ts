import type { RoomId } from '#protocol/ids.ts'
import { savePages } from './pages.ts'
import type { Store } from './ports/store.ts'
import type { RoomState } from './room-state.ts'
import { keys, saved } from './saved.ts'

/**
 * Writes changes behind, gathered. The order makes stopping anywhere harmless: records before the row that says they
 * are held, rooms before the inbox cursor that says what was applied to them (I8).
 */
export class Saver {
  readonly #store: Store
  readonly #onFailure: (error: unknown) => void
  #changed = new Set<RoomState>()
  #removed = new Set<RoomId>()
  #cursor: number | undefined
  #running: Promise<void> | undefined

  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store
    this.#onFailure = onFailure
  }

  room(state: RoomState): void {
    this.#removed.delete(state.id)
    this.#changed.add(state)
    this.#run()
  }

  removed(room: RoomId): void {
    for (const state of this.#changed) if (state.id === room) this.#changed.delete(state)
    this.#removed.add(room)
    this.#run()
  }

  cursor(cursor: number): void {
    this.#cursor = cursor
    this.#run()
  }

  /** Resolves when all that was reported so far is written. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  #run(): void {
    // Begins after the current turn, so that what one frame changes is written once.
    this.#running ??= Promise.resolve()
      .then(() => this.#writeAll())
      .catch(this.#onFailure)
      .finally(() => {
        this.#running = undefined
      })
  }

  async #writeAll(): Promise<void> {
    while (this.#changed.size > 0 || this.#removed.size > 0 || this.#cursor !== undefined) {
      const changed = this.#changed
      const removed = this.#removed
      const cursor = this.#cursor
      this.#changed = new Set()
      this.#removed = new Set()
      this.#cursor = undefined
      for (const state of changed) await this.#writeRoom(state)
      for (const room of removed) await this.#removeRoom(room)
      if (cursor !== undefined) await saved.inbox.set(this.#store, keys.inbox, cursor)
    }
  }

  async #writeRoom(state: RoomState): Promise<void> {
    const row = state.toSaved()
    await savePages(this.#store, state.id, state.takeUnsaved())
    await saved.room.set(this.#store, keys.room(state.id), row)
  }

  async #removeRoom(room: RoomId): Promise<void> {
    await this.#store.remove(keys.room(room))
    for (const key of await this.#store.keys(keys.pagesOf(room))) await this.#store.remove(key)
  }
}
