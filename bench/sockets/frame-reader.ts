/** What is told of the frames that come in. */
export type FrameEvents = {
  /** A whole text frame of so many bytes; the payload where it is read, valid only during the call. */
  text(length: number, payload: Buffer | undefined): void
  closed(code: number): void
}

const TEXT = 0x81
const CLOSE = 0x88
const LONGEST_HEADER = 10

/**
 * Finds where frames of a server end, and copies nothing: the payload is looked at only where `isReading`. Frames are
 * unmasked and in one piece, as all servers here send them.
 */
export class FrameReader {
  isReading = false
  readonly #events: FrameEvents
  readonly #header = Buffer.alloc(LONGEST_HEADER)
  #have = 0
  #length = 0
  #left = 0
  /** Pieces of a payload that came in more than one. */
  #parts: Buffer[] = []

  constructor(events: FrameEvents) {
    this.#events = events
  }

  take(chunk: Buffer, from: number, to: number): void {
    let at = from
    while (at < to) {
      if (this.#left === 0) {
        at = this.#readHeader(chunk, at, to)
        if (this.#left === 0) continue
      }
      const end = Math.min(at + this.#left, to)
      this.#readPayload(chunk, at, end)
      at = end
    }
  }

  #readHeader(chunk: Buffer, from: number, to: number): number {
    let at = from
    while (at < to) {
      this.#header[this.#have++] = chunk[at++] ?? 0
      if (this.#have < headerLength(this.#header)) continue
      this.#length = this.#left = payloadLength(this.#header)
      this.#have = 0
      if (this.#length === 0) this.#end(undefined)
      return at
    }
    return at
  }

  #readPayload(chunk: Buffer, at: number, end: number): void {
    this.#left -= end - at
    const isWhole = end - at === this.#length
    const wanted = this.isReading || this.#header[0] === CLOSE
    if (this.#left > 0) {
      if (wanted) this.#parts.push(Buffer.from(chunk.subarray(at, end)))
    } else if (!wanted) this.#end(undefined)
    else this.#end(isWhole ? chunk.subarray(at, end) : Buffer.concat([...this.#parts, chunk.subarray(at, end)]))
  }

  #end(payload: Buffer | undefined): void {
    this.#parts = []
    const [kind] = this.#header
    if (kind === TEXT) this.#events.text(this.#length, payload)
    else if (kind === CLOSE) this.#events.closed(payload && payload.length >= 2 ? payload.readUInt16BE() : 1005)
    else throw new Error(`a frame that no server here sends: ${kind?.toString(16)}`)
  }
}

function headerLength(header: Buffer): number {
  const length = header[1] ?? 0
  return length < 126 ? 2 : length === 126 ? 4 : LONGEST_HEADER
}

function payloadLength(header: Buffer): number {
  const length = header[1] ?? 0
  if (length < 126) return length
  return length === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
