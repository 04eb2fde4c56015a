import { createHash, randomBytes } from 'node:crypto'
import type { Content, ObjectStore, SignedPut, Verdict } from '#durable/ports/object-store.ts'
import { type Outcome, ok } from '#protocol/errors.ts'

/** Objects in memory: `take` does what a PUT to a signed URL does. */
export class MemoryObjects implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>()
  readonly #parts = new Map<string, Map<number, Uint8Array>>()
  readonly #puts = new Map<string, { readonly content: Content; readonly keep: (bytes: Uint8Array) => void }>()

  get keys(): readonly string[] {
    return [...this.#objects.keys()]
  }

  /** Whether the bytes were what the URL is for. */
  take({ url }: Pick<SignedPut, 'url'>, bytes: Uint8Array): boolean {
    const put = this.#puts.get(url)
    if (!put || !isContent(bytes, put.content)) return false
    put.keep(bytes)
    return true
  }

  /** As somebody does who gets around the signature. */
  force(key: string, bytes: Uint8Array): void {
    this.#objects.set(key, bytes)
  }

  async presignPut(key: string, content: Content): Promise<SignedPut> {
    return this.#presign(content, (bytes) => this.#objects.set(key, bytes))
  }

  async presignPart(_key: string, upload: string, part: number, content: Content): Promise<SignedPut> {
    return this.#presign(content, (bytes) => this.#parts.get(upload)?.set(part, bytes))
  }

  async presignGet(key: string): Promise<string> {
    return `memory:${key}`
  }

  async verify(key: string, content: Content): Promise<Outcome<Verdict>> {
    const bytes = this.#objects.get(key)
    return ok(!bytes ? 'missing' : isContent(bytes, content) ? 'equal' : 'different')
  }

  async delete(key: string): Promise<Outcome<null>> {
    this.#objects.delete(key)
    return ok(null)
  }

  async beginParts(): Promise<Outcome<string>> {
    const upload = randomBytes(8).toString('hex')
    this.#parts.set(upload, new Map())
    return ok(upload)
  }

  async joinParts(key: string, upload: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    const parts = contents.map((_, i) => this.#parts.get(upload)?.get(i + 1))
    const there = parts.filter((part) => part !== undefined)
    if (there.length < contents.length) return ok(this.#objects.has(key) ? 'equal' : 'missing')
    this.#objects.set(key, Buffer.concat(there))
    this.#parts.delete(upload)
    return ok('equal')
  }

  async dropParts(_key: string, upload: string): Promise<Outcome<null>> {
    this.#parts.delete(upload)
    return ok(null)
  }

  #presign(content: Content, keep: (bytes: Uint8Array) => void): SignedPut {
    const url = `memory:put-${this.#puts.size}`
    this.#puts.set(url, { content, keep })
    return { url, headers: {} }
  }
}

function isContent(bytes: Uint8Array, { bytes: length, sha256 }: Content): boolean {
  return bytes.length === length && createHash('sha256').update(bytes).digest('base64url') === sha256
}
