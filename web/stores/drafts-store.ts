import { makeAutoObservable, observable, runInAction } from 'mobx'
import * as z from 'zod/mini'
import { type Neighbours, OwnRows, type RoomView, type Store } from '#client/index.ts'
import { type RoomId, roomIdSchema, type UserId, userIdSchema } from '#protocol/ids.ts'
import type { SendingSlips } from './sending-slips.ts'

/** What a tab tells the others: it has stored another draft. */
const wordSchema = z.object({ user: userIdSchema, room: roomIdSchema })
type Word = z.infer<typeof wordSchema>

/** What has been typed and not sent, per room; on this device only, and the same in all tabs. */
export class DraftsStore {
  readonly #texts = observable.map<RoomId, string>()
  readonly #store: Store
  #rows: OwnRows
  #loading: Promise<void> = Promise.resolve()
  readonly #elsewhere: Neighbours | undefined
  readonly #slips: SendingSlips
  /** Rooms whose draft is being written; the newest text is written when the one before it is. */
  readonly #writing = new Map<RoomId, Promise<void>>()
  /** Rooms whose stored draft stays as it is while what was in it is on its way into the outbox, and for how many. */
  readonly #handedOver = new Map<RoomId, number>()
  /** Rooms whose draft could not be stored when it was last tried. */
  readonly #unkept = observable.set<RoomId>()

  constructor(store: Store, slips: SendingSlips, elsewhere?: Neighbours) {
    this.#store = store
    this.#rows = new OwnRows(store)
    this.#slips = slips
    this.#elsewhere = elsewhere
    makeAutoObservable(this, { of: false, isKept: false })
    elsewhere?.listen((said) => {
      const word = wordSchema.safeParse(said)
      if (word.success) void this.look(word.data)
    })
  }

  of(room: RoomId): string {
    return this.#texts.get(room) ?? ''
  }

  /** Whether the draft outlives the page, as far as is known. */
  isKept(room: RoomId): boolean {
    return !this.#unkept.has(room)
  }

  /** Those of an account from here on. */
  enter(user: UserId): Promise<void> {
    if (this.#rows.user !== user) {
      this.#rows.of(user)
      this.#loading = this.load(this.#rows)
    }
    return this.#loading
  }

  /** Resolves when it is stored, or could not be. */
  set(room: RoomId, text: string): Promise<void> {
    this.#texts.set(room, text)
    return this.write(room)
  }

  /**
   * Empties the field and gives its text to the outbox. The stored draft goes when `keep` has resolved and the text is
   * safe there; if `keep` rejects, the text is back in the field, unless whoever wrote it has left.
   */
  async handOver(room: RoomView, text: string, keep: () => Promise<void>): Promise<void> {
    const rows = this.#rows
    const slip = rows.user && this.#slips.write(room, text, rows.user)
    this.#texts.set(room.id, '')
    this.hold(room.id, 1)
    try {
      await keep()
      slip?.kept()
    } catch (error) {
      if (rows === this.#rows) this.putBack(room.id, [text])
      throw error
    } finally {
      this.hold(room.id, -1)
      void this.write(room.id).finally(() => slip?.remove())
    }
  }

  /** After an earlier page was cut off while it sent: what is not in the outbox is in the field again. */
  async recover(rooms: Iterable<RoomView>): Promise<void> {
    await this.#loading
    const { user } = this.#rows
    if (user) await Promise.all([...rooms].map((room) => this.recoverOne(room, user)))
  }

  /** Whoever logs in next must not find them. */
  async forgetAll(): Promise<void> {
    const rows = this.#rows
    this.#rows = new OwnRows(this.#store)
    this.#slips.forgetAll()
    this.#texts.clear()
    this.#unkept.clear()
    await Promise.all(this.#writing.values())
    await rows.clear()
  }

  private async load(rows: OwnRows): Promise<void> {
    const rooms = (await rows.keys('')) as RoomId[]
    const texts = await Promise.all(rooms.map((room) => rows.get(room)))
    if (rows !== this.#rows) return
    runInAction(() => {
      for (const [i, room] of rooms.entries()) {
        const text = texts[i]
        // Typed while this was loading is newer.
        if (typeof text === 'string' && !this.#texts.has(room)) this.#texts.set(room, text)
      }
    })
  }

  private async recoverOne(room: RoomView, me: UserId): Promise<void> {
    const { kept, lost } = this.#slips.leftIn(room, me)
    if (kept.length + lost.length === 0) return
    // The stored draft may still be what was sent, as far as it had been typed when it was last written.
    const sent = [...kept, ...lost].some((text) => text.startsWith(this.of(room.id)))
    if (sent) this.#texts.set(room.id, '')
    this.putBack(room.id, lost)
    await this.write(room.id)
    this.#slips.settle(room.id, me)
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

  /** Resolves when the newest text is stored, or could not be. */
  private write(room: RoomId): Promise<void> {
    if (this.isHeld(room)) return Promise.resolve()
    const writing = this.#writing.get(room) ?? this.writeAll(room)
    this.#writing.set(room, writing)
    return writing
  }

  /** Takes over a draft that another tab has stored, unless it was changed here too: then the last one holds in both. */
  private async look({ user, room }: Word): Promise<void> {
    if (user !== this.#rows.user) return
    const rows = this.#rows
    const before = this.of(room)
    const text = await rows.get(room)
    if (rows !== this.#rows) return
    const isOurs = this.#writing.has(room) || this.isHeld(room) || this.of(room) !== before
    if (!isOurs) runInAction(() => this.#texts.set(room, typeof text === 'string' ? text : ''))
  }

  private async writeAll(room: RoomId): Promise<void> {
    const rows = this.#rows
    try {
      let written: string | undefined
      while (!this.isHeld(room) && written !== this.of(room)) {
        written = this.of(room)
        await (written === '' ? rows.remove(room) : rows.set(room, written))
        runInAction(() => this.#unkept.delete(room))
        if (rows.user) this.#elsewhere?.say({ user: rows.user, room } satisfies Word)
      }
    } catch {
      if (rows === this.#rows) runInAction(() => this.#unkept.add(room))
    } finally {
      this.#writing.delete(room)
    }
  }
}
