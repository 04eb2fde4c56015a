import type { Duplex } from 'node:stream'
import { frameText } from './frame.ts'

/** What is smaller has its place in Node's own pool of memory. */
export const LARGE_BYTES = 4 * 1024

const MEMORY_BYTES = 160 * 1024

/** Frames what is large in memory that is used again: most often the kernel takes it whole, and at once. */
export class LargeFrames {
  #memory: Buffer | undefined

  /** To a stream on which nothing waits; answers how large the frame is. */
  write(stream: Duplex, payload: Uint8Array): number {
    const frame = frameText(payload, (bytes) => this.#allocate(bytes))
    stream.write(frame)
    // What has not left is the stream's.
    if (stream.writableLength > 0) this.#memory = undefined
    return frame.length
  }

  #allocate(bytes: number): Buffer {
    if (bytes > MEMORY_BYTES) return Buffer.allocUnsafeSlow(bytes)
    this.#memory ??= Buffer.allocUnsafeSlow(MEMORY_BYTES)
    return this.#memory.subarray(0, bytes)
  }
}
