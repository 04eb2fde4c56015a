import type { RoomId } from '#protocol/ids.ts'
import { PageWriter } from './pages.ts'
import type { Store } from './ports/store.ts'
import type { RoomState } from './room-state.ts'
import { keys, saved } from './saved.ts'

/**
 * Writes changes behind, gathered. The order makes stopping anywhere harmless: records before the row that says they
 * are held, rooms before the inbox cursor that says what was applied to them (I8). What could not be written is still
 * due, before whatever comes later, and is tried again with the next change.
 */
export class Saver {
  readonly #store: Store
  readonly #pages: PageWriter
  readonly #onFailure: (error: unknown) => void
  readonly #changed = new Map<RoomId, RoomState>()
  readonly #removed = new Set<RoomId>()
  #cursor: number | undefined
  #running: Promise<void> | undefined

  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store
    this.#pages = new PageWriter(store)
    this.#onFailure = onFailure
  }

  room(state: RoomState): void {
    this.#removed.delete(state.id)
    this.#changed.set(state.id, state)
    this.#run()
  }

  removed(room: RoomId): void {
    this.#changed.delete(room)
    this.#removed.add(room)
    this.#run()
  }

  cursor(cursor: number): void {
    this.#cursor = cursor
    this.#run()
  }

  /** Ends: nothing that is due is written any more. */
  async forget(): Promise<void> {
    await this.settled()
    this.#pages.forget()
    this.#changed.clear()
    this.#removed.clear()
    this.#cursor = undefined
  }

  /** Resolves when all that was reported so far is written, or could not be. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  #run(): void {
    this.#running ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    // After the current turn, so that what one frame changes is written once.
    await undefined
    try {
      while (this.#isDue) await this.#writeDue()
    } catch (error) {
      this.#onFailure(error)
    } finally {
      // In the same step as the last look at what is due: a change reported from now on begins a run of its own.
      this.#running = undefined
    }
  }

  get #isDue(): boolean {
    return this.#changed.size > 0 || this.#removed.size > 0 || this.#cursor !== undefined
  }

  async #writeDue(): Promise<void> {
    // Taken first: what it stands for is among the rooms that are due now.
    const cursor = this.#cursor
    for (const state of [...this.#changed.values()]) await this.#writeRoom(state)
    for (const room of [...this.#removed]) await this.#removeRoom(room)
    // One of them may have come back, or changed, while it was written: the cursor waits for it.
    if (cursor === undefined || this.#changed.size > 0 || this.#removed.size > 0) return
    await saved.inbox.set(this.#store, keys.inbox, cursor)
    if (this.#cursor === cursor) this.#cursor = undefined
  }

  async #writeRoom(state: RoomState): Promise<void> {
    if (this.#changed.get(state.id) !== state) return
    this.#changed.delete(state.id)
    const row = state.toSaved()
    const records = state.unsaved
    try {
      await this.#pages.write(state.id, records)
      await saved.room.set(this.#store, keys.room(state.id), row)
    } catch (error) {
      // Behind the others, so that one room does not hold them up for ever; unless it has gone, or begun anew, meanwhile.
      if (!this.#removed.has(state.id) && !this.#changed.has(state.id)) this.#changed.set(state.id, state)
      throw error
    }
    state.recordsSaved(records.length)
  }

  async #removeRoom(room: RoomId): Promise<void> {
    if (!this.#removed.has(room)) return
    this.#pages.forget(room)
    for (const key of [keys.room(room), ...(await this.#store.keys(keys.pagesOf(room)))]) await this.#store.remove(key)
    this.#removed.delete(room)
  }
}
