import * as z from 'zod/mini'
import type { Outgoing, RoomView } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Preferences } from '../preferences.ts'

const KEY = 'sending'

const slipSchema = z.object({
  by: z.string(),
  room: z.string(),
  text: z.string(),
  /** Where the timeline ended and what waited already: the same words may stand there from earlier. */
  head: z.int(),
  waiting: z.array(z.string()),
  /** It is in the outbox: the server may have taken it out of there before this device holds the record. */
  kept: z.optional(z.boolean()),
})
type Slip = z.infer<typeof slipSchema>
const slipsSchema = z.array(slipSchema)

/** Of what this page sends: says that it is in the outbox, and that nothing more is to be dealt with. */
export type OwnSlip = { kept(): void; remove(): void }

/**
 * What has left the field and is not yet known to be in the outbox. A page that is closed or loaded anew takes the
 * writes to its database with it that are still under way; these slips are written at once, and tell the next page.
 */
export class SendingSlips {
  readonly #preferences: Preferences
  /** Of an earlier page, and of this one. */
  #left: readonly Slip[]
  #own: readonly Slip[] = []

  constructor(preferences: Preferences) {
    this.#preferences = preferences
    this.#left = parseSlips(preferences.read(KEY))
  }

  write({ id, head, outgoing }: RoomView, text: string, by: UserId): OwnSlip {
    let slip: Slip = { by, room: id, text, head, waiting: outgoing.map(keyOf) }
    const others = () => this.#own.filter((other) => other !== slip)
    this.#save(this.#left, [...this.#own, slip])
    return {
      kept: () => {
        // Whoever wrote it may have left.
        if (!this.#own.includes(slip)) return
        const rest = others()
        slip = { ...slip, kept: true }
        this.#save(this.#left, [...rest, slip])
      },
      remove: () => this.#save(this.#left, others()),
    }
  }

  /** What an earlier page has left of a room: texts that were kept all the same, and texts that were not. */
  leftIn(room: RoomView, me: UserId): { readonly kept: readonly string[]; readonly lost: readonly string[] } {
    const left = this.#left.filter(({ by, room: of }) => of === room.id && by === me)
    const wasKept = (slip: Slip) => slip.kept || isWaiting(room, slip) || isStored(room, slip, me)
    return {
      kept: left.filter(wasKept).map(({ text }) => text),
      lost: left.filter((slip) => !wasKept(slip)).map(({ text }) => text),
    }
  }

  /** What an earlier page has left of a room is dealt with. */
  settle(room: RoomId, me: UserId): void {
    this.#save(
      this.#left.filter((slip) => slip.room !== room || slip.by !== me),
      this.#own,
    )
  }

  forgetAll(): void {
    this.#save([], [])
  }

  #save(left: readonly Slip[], own: readonly Slip[]): void {
    this.#left = left
    this.#own = own
    const all = [...left, ...own]
    this.#preferences.write(KEY, all.length === 0 ? '' : JSON.stringify(all))
  }
}

function parseSlips(text: string | undefined): readonly Slip[] {
  if (text === undefined || text === '') return []
  try {
    return slipsSchema.parse(JSON.parse(text))
  } catch {
    // Of another version, or cut: there is nothing to be had from it.
    return []
  }
}

function isWaiting({ outgoing }: RoomView, { text, waiting }: Slip): boolean {
  return outgoing.some((message) => message.text === text && !waiting.includes(keyOf(message)))
}

function isStored({ records }: RoomView, { text, head }: Slip, me: UserId): boolean {
  return records.some(
    (record) => record.kind === 'text' && record.seq > head && record.by === me && record.text === text,
  )
}

function keyOf({ producer, n }: Pick<Outgoing, 'producer' | 'n'>): string {
  return `${producer}/${n}`
}
