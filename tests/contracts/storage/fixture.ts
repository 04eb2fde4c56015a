import { afterEach, beforeEach } from 'vitest'
import type { Key, Storage, Write } from '#durable/ports/storage.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

/** A host's storage as the suite sees it. Each test gets an empty one. */
export type StorageHost = {
  /** A fresh handle on an actor's storage. */
  open(actor: string): Promise<Storage>
  /** The actor's stored alarm; null when it has none. */
  alarm(actor: string): Promise<number | null>
  /** The process ends and another one starts: old handles are dead, and what was not durable is gone. */
  restart(): Promise<void>
  close(): Promise<void>
}

const ACTOR = 'room:a'

/** What a test is given: an empty host, and a handle on the storage of `room:a`. */
export class Given {
  #current: { readonly host: StorageHost; readonly storage: Storage } | undefined

  constructor(makeHost: () => Promise<StorageHost>) {
    beforeEach(async () => {
      const host = await makeHost()
      this.#current = { host, storage: await host.open(ACTOR) }
    })
    afterEach(() => this.host.close())
  }

  get host(): StorageHost {
    return this.#now.host
  }

  get storage(): Storage {
    return this.#now.storage
  }

  /** A handle on the same storage after the process was replaced by another. */
  async reopened(): Promise<Storage> {
    await this.host.restart()
    return this.host.open(ACTOR)
  }

  get #now() {
    if (!this.#current) throw new Error('only within a test')
    return this.#current
  }
}

export function put(table: string, key: Key, text: string): Write {
  return { table, key, value: toUtf8(text) }
}

/** Rows of a table as [key, text]. */
export async function rowsOf(storage: Storage, table: string): Promise<[Key, string][]> {
  return texts(await storage.page(table, undefined, 1000))
}

export function texts<K extends Key>(entries: readonly (readonly [K, Uint8Array])[]): [K, string][] {
  return entries.map(([key, value]) => [key, fromUtf8(value)])
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((byte, i) => byte === b[i])
}
