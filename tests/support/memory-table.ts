import type { Entry, Key } from '#durable/ports/storage.ts'

/** Rows sorted by key: numbers by value, strings by code unit. */
export class MemoryTable {
  readonly #values = new Map<Key, Uint8Array>()
  #keys: Key[] = []

  write(key: Key, value: Uint8Array | undefined): void {
    const known = this.#values.has(key)
    if (value) this.#values.set(key, value)
    else this.#values.delete(key)
    if (value && !known) this.#keys.splice(this.#place(key), 0, key)
    else if (!value && known) this.#keys.splice(this.#place(key), 1)
  }

  get(key: Key): Uint8Array | undefined {
    return this.#values.get(key)
  }

  range(from: number, to: number, maxBytes: number): Entry<number>[] {
    const [low, high] = from <= to ? [from, to] : [to, from]
    const keys = this.#keys.slice(this.#place(low), this.#placeAfter(high)) as number[]
    if (from > to) keys.reverse()
    const entries: Entry<number>[] = []
    let bytes = 0
    for (const key of keys) {
      const entry = this.#entry(key)
      entries.push(entry)
      bytes += entry[1].length
      if (bytes >= maxBytes) break
    }
    return entries
  }

  page(after: Key | undefined, limit: number): Entry[] {
    const start = after === undefined ? 0 : this.#placeAfter(after)
    return this.#keys.slice(start, start + limit).map((key) => this.#entry(key))
  }

  #entry<K extends Key>(key: K): Entry<K> {
    return [key, this.#values.get(key) ?? new Uint8Array()]
  }

  /** The index of the first key that is not below the given one. */
  #place(key: Key): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#keys[middle]
      if (other !== undefined && other < key) low = middle + 1
      else high = middle
    }
    return low
  }

  #placeAfter(key: Key): number {
    const place = this.#place(key)
    return this.#keys[place] === key ? place + 1 : place
  }
}
