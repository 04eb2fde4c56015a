import * as z from 'zod/mini'
import type { Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'

/** Where the object with some bytes is, and how many files have it. */
export const objectTable = new Table('objects', z.object({ key: z.string(), links: z.int() }))
const LINKS = 'object-links'

/** What is to be committed, and the key of the object that the file has then. */
type Linked = { readonly key: string; readonly writes: readonly Write[] }
/** What is to be committed, and the keys of objects that no file has then. */
type Unlinked = { readonly spare: readonly string[]; readonly writes: readonly Write[] }

/** Which files have which bytes: the same bytes are kept once. One decision at a time. */
export class Links {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** The first object with these bytes is everybody's. */
  async link(identity: string, link: string, key: string): Promise<Linked> {
    const known = await objectTable.get(this.#storage, identity)
    if (known && (await this.#has(identity, link))) return { key: known.key, writes: [] }
    const row = known ? { ...known, links: known.links + 1 } : { key, links: 1 }
    return { key: row.key, writes: [objectTable.put(identity, row), linkRow(identity, link, new Uint8Array(0))] }
  }

  /** `key` is what the file may have, linked or not. What is left to the last who has it goes with it. */
  async unlink(identity: string, link: string, key: string): Promise<Unlinked> {
    const known = await objectTable.get(this.#storage, identity)
    const own = known?.key === key ? [] : [key]
    if (!known || !(await this.#has(identity, link))) return { spare: own, writes: [] }
    const gone = linkRow(identity, link)
    if (known.links > 1)
      return { spare: own, writes: [objectTable.put(identity, { ...known, links: known.links - 1 }), gone] }
    return { spare: [...own, known.key], writes: [objectTable.delete(identity), gone] }
  }

  async #has(identity: string, link: string): Promise<boolean> {
    const [row] = await this.#storage.get(LINKS, [`${identity} ${link}`])
    return row !== undefined
  }
}

function linkRow(identity: string, link: string, value?: Uint8Array): Write {
  return { table: LINKS, key: `${identity} ${link}`, ...(value && { value }) }
}
