import { decodeDown } from '#protocol/codec.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'

export type Acknowledgement = { room: RoomId; producer: string; n: number; seq: number }

/** Notes what clients were promised and shown, as it crosses the wire. */
export class Witness {
  readonly acknowledged: Acknowledgement[] = []
  readonly #shown = new Map<string, string>()

  frame(frame: string): void {
    const decoded = decodeDown(frame)
    if ('refused' in decoded) throw new Error(`a client got a frame it cannot read: ${decoded.refused.reason}`)
    for (const event of decoded.ok) {
      if (event.type === 'stored' && event.seq !== undefined) {
        const { room, producer, n, seq } = event
        this.acknowledged.push({ room, producer, n, seq })
      }
      if (event.type === 'delivery' || event.type === 'page') this.#show(event.room, event.records)
      if (event.type === 'heads') for (const head of event.heads) this.#show(head.room, head.records)
    }
  }

  /** I3, as it happens: nobody is shown two things at one place. */
  #show(room: RoomId, records: readonly TimelineRecord[]): void {
    for (const record of records) {
      const place = `${room} ${record.seq}`
      const bytes = JSON.stringify(record)
      const before = this.#shown.get(place)
      if (before !== undefined && before !== bytes)
        throw new Violation('I3', `${place} was shown as ${before} and as ${bytes}`)
      this.#shown.set(place, bytes)
    }
  }
}

/** An invariant of the design (section 8) does not hold. */
export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`)
    this.name = 'Violation'
    this.invariant = invariant
  }
}
