import type { RoomId } from '#protocol/ids.ts'
import type { RoomView } from './model.ts'

type ViewsListeners = {
  /** The room as it is now, unless it is gone. */
  view(room: RoomId): RoomView | undefined
  changed(view: RoomView): void
  gone(room: RoomId): void
}

/** What is shown of each room. Views change together, after the turn that changed them. */
export class Views {
  readonly rooms = new Map<RoomId, RoomView>()
  readonly #listeners: ViewsListeners
  readonly #touched = new Set<RoomId>()

  constructor(listeners: ViewsListeners) {
    this.#listeners = listeners
  }

  touch(room: RoomId): void {
    if (this.#touched.size === 0) void Promise.resolve().then(() => this.showTouched())
    this.#touched.add(room)
  }

  show(room: RoomId): void {
    const view = this.#listeners.view(room)
    if (view) {
      this.rooms.set(room, view)
      this.#listeners.changed(view)
    } else if (this.rooms.delete(room)) this.#listeners.gone(room)
  }

  /** Before anybody is told something that rests on them. */
  showTouched(): void {
    const touched = [...this.#touched]
    this.#touched.clear()
    for (const room of touched) this.show(room)
  }
}
