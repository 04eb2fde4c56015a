import type { Entry } from './batch.ts'

/** Entries of one table in the order of their keys, one for each key. Most keys come in that order. */
export class SortedEntries {
  readonly all: Entry[] = []

  /** In place of what the key had. */
  put(entry: Entry): void {
    const at = this.#from(entry.key)
    this.all.splice(at, this.all[at]?.key.equals(entry.key) ? 1 : 0, entry)
  }

  get(key: Buffer): Entry | undefined {
    const entry = this.all[this.#from(key)]
    return entry?.key.equals(key) ? entry : undefined
  }

  /** Both bounds included; in reverse from the greater one down. */
  *between(low: Buffer, high: Buffer, reverse: boolean): Iterable<Entry> {
    const first = this.#from(low)
    const afterHigh = this.#from(high)
    const last = this.all[afterHigh]?.key.equals(high) ? afterHigh : afterHigh - 1
    for (let i = 0; i <= last - first; i++) {
      const entry = this.all[reverse ? last - i : first + i]
      if (entry) yield entry
    }
  }

  /** Where the first key stands that is not below this one. */
  #from(key: Buffer): number {
    const last = this.all.at(-1)
    if (!last || last.key.compare(key) < 0) return this.all.length
    let [low, high] = [0, this.all.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.all[middle] as Entry).key.compare(key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
