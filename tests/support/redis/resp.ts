/** The Redis protocol, version 2, as far as a proxy has to see through it. */

const CR_LF = '\r\n'

/** Splits what comes in any pieces into whole values. */
export class RespReader {
  #bytes: Buffer = Buffer.alloc(0)

  /** The values that are whole by now, in the bytes they came in. */
  take(chunk: Buffer): Buffer[] {
    const whole: Buffer[] = []
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    let start = 0
    for (let end = endOf(this.#bytes, start); end !== undefined; end = endOf(this.#bytes, start)) {
      whole.push(this.#bytes.subarray(start, end))
      start = end
    }
    this.#bytes = this.#bytes.subarray(start)
    return whole
  }
}

/** The parts of a command as a client sends it: an array of bulk strings. */
export function partsOf(command: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let at = lineEnd(command, 0) ?? 0
  while (at < command.length) {
    const start = lineEnd(command, at) ?? command.length
    const length = Number(command.toString('latin1', at + 1, start - 2))
    parts.push(command.subarray(start, start + length))
    at = start + length + 2
  }
  return parts
}

export function commandOf(parts: readonly (string | Buffer)[]): Buffer {
  const bulks = parts.flatMap((part) => [`$${Buffer.byteLength(part)}${CR_LF}`, part, CR_LF])
  return Buffer.concat([`*${parts.length}${CR_LF}`, ...bulks].map((piece) => Buffer.from(piece)))
}

/** Where the value that begins here ends; undefined where it is not whole yet. */
function endOf(bytes: Buffer, at: number): number | undefined {
  const start = lineEnd(bytes, at)
  if (start === undefined) return undefined
  const type = String.fromCharCode(bytes[at] ?? 0)
  const size = Number(bytes.toString('latin1', at + 1, start - 2))
  if (type === '$') {
    const end = size < 0 ? start : start + size + 2
    return end <= bytes.length ? end : undefined
  }
  if (type !== '*') return start
  let end: number | undefined = start
  for (let i = 0; i < size && end !== undefined; i++) end = endOf(bytes, end)
  return end
}

function lineEnd(bytes: Buffer, at: number): number | undefined {
  const found = bytes.indexOf(CR_LF, at)
  return found < 0 ? undefined : found + 2
}
