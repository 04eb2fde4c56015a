import { encodeInto } from './text.ts'

const FIRST_BYTES = 16 * 1024
/** A turn that needed more is rare: what it took is given back. */
const MOST_KEPT_BYTES = 512 * 1024
const MAX_BYTES_PER_UNIT = 3

/**
 * Memory in which ready bytes are put together, the same again and again: what is sent to one client, and then
 * forgotten, costs the garbage collector nothing.
 */
export class Scratch {
  #memory = new Uint8Array(FIRST_BYTES)
  #start = 0
  #end = 0

  text(text: string): this {
    this.#makeSpace(text.length * MAX_BYTES_PER_UNIT)
    this.#end += encodeInto(text, this.#memory.subarray(this.#end))
    return this
  }

  byte(byte: number): this {
    this.#makeSpace(1)
    this.#memory[this.#end++] = byte
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#makeSpace(bytes.length)
    this.#memory.set(bytes, this.#end)
    this.#end += bytes.length
    return this
  }

  /** All that was put here since the last time. It stays as it is until `reuse`. */
  take(): Uint8Array {
    const taken = this.#memory.subarray(this.#start, this.#end)
    this.#start = this.#end
    return taken
  }

  /** Nobody looks any more at what was taken. */
  reuse(): void {
    if (this.#memory.length > MOST_KEPT_BYTES) this.#memory = new Uint8Array(FIRST_BYTES)
    this.#start = this.#end = 0
  }

  /** What was taken stays where it is; what is not taken yet moves on. */
  #makeSpace(bytes: number): void {
    if (this.#end + bytes <= this.#memory.length) return
    const begun = this.#memory.subarray(this.#start, this.#end)
    this.#memory = new Uint8Array(Math.max(2 * this.#memory.length, begun.length + bytes))
    this.#memory.set(begun)
    this.#start = 0
    this.#end = begun.length
  }
}
