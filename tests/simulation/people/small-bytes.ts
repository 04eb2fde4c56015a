import type { Bytes } from '#client/ports/transfer.ts'

/** Bytes in memory. A Blob is read by threads of Node, on the real clock. */
export class SmallBytes implements Bytes {
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  slice(start: number, end: number): Bytes {
    return new SmallBytes(this.#bytes.slice(start, end))
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer
  }
}
