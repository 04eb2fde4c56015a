import type { TimelineRecord } from '#protocol/record.ts'

/**
 * The loaded end of one timeline: dense, rising, replaced as a whole by every change so that views can compare by
 * identity.
 */
export class LoadedTimeline {
  #records: readonly TimelineRecord[] = []

  get records(): readonly TimelineRecord[] {
    return this.#records
  }

  /** The sequence of the first record; one above `last` when there are none. */
  get first(): number {
    return this.#records[0]?.seq ?? this.last + 1
  }

  get last(): number {
    return this.#records.at(-1)?.seq ?? 0
  }

  at(seq: number): TimelineRecord | undefined {
    return this.#records[seq - this.first]
  }

  /** Adds what comes next; repeats are dropped. Answers what was new; undefined when there is a gap before it. */
  append(records: readonly TimelineRecord[]): readonly TimelineRecord[] | undefined {
    const fresh = this.#records.length === 0 ? records : records.filter(({ seq }) => seq > this.last)
    const [next] = fresh
    if (!next) return []
    if (this.#records.length > 0 && next.seq !== this.last + 1) return undefined
    this.#records = this.#records.concat(fresh)
    return fresh
  }

  /** Adds older records that end right before the first. */
  prepend(records: readonly TimelineRecord[]): void {
    const older = records.filter(({ seq }) => seq < this.first)
    if (older.at(-1)?.seq === this.first - 1) this.#records = older.concat(this.#records)
  }

  /** Starts again from these: what was loaded before stands behind a gap. */
  replace(records: readonly TimelineRecord[]): void {
    this.#records = records
  }

  /** Forgets what stands before the floor. */
  cut(floor: number): void {
    if (this.first < floor) this.#records = this.#records.filter(({ seq }) => seq >= floor)
  }
}
