import { createHash } from 'node:crypto'
import type { Content, Copy, Download, ObjectStore, SignedPut, Verdict } from '#durable/ports/object-store.ts'
import { type Outcome, ok } from '#protocol/errors.ts'

/** What a URL to fetch an object begins with. */
const GET = 'memory:'

/** Told what happens to objects, right before it does. */
export type ObjectsWatch = {
  taking?(key: string): void
  deleting?(key: string): void
}

type Stored = { readonly bytes: Uint8Array; readonly sha256: string }
type Put = { readonly key: string; readonly content: Content; readonly keep: (bytes: Uint8Array) => void }

/** Objects in memory: `take` does what a PUT to a signed URL does, `at` what a GET does. */
export class MemoryObjects implements ObjectStore {
  readonly #watch: ObjectsWatch
  readonly #objects = new Map<string, Stored>()
  readonly #parts = new Map<string, Map<number, Uint8Array>>()
  readonly #puts = new Map<string, Put>()
  #uploads = 0
  /** Of which kind it is: whether it takes only what a PUT was signed for. */
  refusesOtherContent = true

  constructor(watch: ObjectsWatch = {}) {
    this.#watch = watch
  }

  get keys(): readonly string[] {
    return [...this.#objects.keys()]
  }

  /** Those of which parts lie there. */
  get uploads(): readonly string[] {
    return [...this.#parts].filter(([, parts]) => parts.size > 0).map(([upload]) => upload)
  }

  /** Whether the bytes were what the URL is for. */
  take({ url }: Pick<SignedPut, 'url'>, bytes: Uint8Array): boolean {
    const put = this.#puts.get(url)
    if (!put || !this.#takes(put.content, bytes)) return false
    this.#watch.taking?.(put.key)
    put.keep(bytes)
    return true
  }

  /** A URL binds the length in any case. */
  #takes(content: Content, bytes: Uint8Array): boolean {
    return this.refusesOtherContent ? isMadeOf(bytes, [content]) : bytes.length === content.bytes
  }

  /** As somebody does who gets around the signature of a URL. */
  takeUnseen({ url }: Pick<SignedPut, 'url'>, bytes: Uint8Array): void {
    const put = this.#puts.get(url)
    if (!put) return
    this.#watch.taking?.(put.key)
    put.keep(bytes)
  }

  at(url: string): Uint8Array | undefined {
    return this.#objects.get(url.slice(GET.length))?.bytes
  }

  holds(key: string, content: Content): boolean {
    const object = this.#objects.get(key)
    return object !== undefined && isContent(object, content)
  }

  /** As somebody does who gets around the signature. */
  force(key: string, bytes: Uint8Array): void {
    this.#objects.set(key, stored(bytes))
  }

  async presignPut(key: string, content: Content): Promise<SignedPut> {
    return this.#presign(key, content, (bytes) => this.force(key, bytes))
  }

  async presignPart(key: string, upload: string, part: number, content: Content): Promise<SignedPut> {
    // Also when they are joined or dropped: in a folder a part that comes late makes the folder of its upload anew.
    const keep = (bytes: Uint8Array) => {
      const parts = this.#parts.get(upload) ?? new Map<number, Uint8Array>()
      this.#parts.set(upload, parts.set(part, bytes))
    }
    return this.#presign(key, content, keep)
  }

  async presignGet(key: string, _download: Download): Promise<string> {
    return `${GET}${key}`
  }

  async verify(key: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    const object = this.#objects.get(key)
    return ok(!object ? 'missing' : isMadeOf(object.bytes, contents) ? 'equal' : 'different')
  }

  get copy(): Copy | undefined {
    return this.refusesOtherContent ? undefined : async (key, to) => ok(this.#copy(key, to))
  }

  #copy(key: string, to: string): boolean {
    const object = this.#objects.get(key)
    if (!object) return false
    this.#watch.taking?.(to)
    this.#objects.set(to, object)
    return true
  }

  async delete(key: string): Promise<Outcome<null>> {
    this.#watch.deleting?.(key)
    this.#objects.delete(key)
    return ok(null)
  }

  async beginParts(): Promise<Outcome<string>> {
    const upload = `upload-${this.#uploads++}`
    this.#parts.set(upload, new Map())
    return ok(upload)
  }

  async joinParts(key: string, upload: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    const parts = contents.map((_, i) => this.#parts.get(upload)?.get(i + 1))
    const there = parts.filter((part) => part !== undefined)
    if (there.length < contents.length) return ok(this.#objects.has(key) ? 'equal' : 'missing')
    this.force(key, Buffer.concat(there))
    this.#parts.delete(upload)
    return ok('equal')
  }

  async dropParts(_key: string, upload: string): Promise<Outcome<null>> {
    this.#parts.delete(upload)
    return ok(null)
  }

  #presign(key: string, content: Content, keep: (bytes: Uint8Array) => void): SignedPut {
    const url = `memory:put-${this.#puts.size}`
    this.#puts.set(url, { key, content, keep })
    return { url, headers: {} }
  }
}

function stored(bytes: Uint8Array): Stored {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('base64url') }
}

export function isMadeOf(bytes: Uint8Array, contents: readonly Content[]): boolean {
  let start = 0
  const areEqual = contents.every((content) => {
    const part = bytes.subarray(start, start + content.bytes)
    start += content.bytes
    return isContent(stored(part), content)
  })
  return areEqual && start === bytes.length
}

function isContent({ bytes, sha256 }: Stored, content: Content): boolean {
  return bytes.length === content.bytes && sha256 === content.sha256
}
