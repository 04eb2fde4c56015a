import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { LargeFrames } from './large-frames.ts'

const HEADER_BYTES = 4

/** A stream that keeps what it was given, as it is: it takes each piece at once, or never. */
function streamThat(takes: boolean): { stream: Duplex; given: Buffer[] } {
  const given: Buffer[] = []
  const stream = new Duplex({
    read() {},
    write(chunk, _, done) {
      given.push(chunk)
      if (takes) done()
    },
  })
  return { stream, given }
}

const filled = (byte: number) => new Uint8Array(10_000).fill(byte)

describe('large frames', () => {
  test('share their memory where it is taken at once', () => {
    const frames = new LargeFrames()
    const { stream, given } = streamThat(true)
    frames.write(stream, filled(1))
    expect(given[0]?.[HEADER_BYTES]).toBe(1)
    frames.write(stream, filled(2))
    expect(given[1]?.buffer).toBe(given[0]?.buffer)
    expect(given[1]?.subarray(HEADER_BYTES)).toEqual(Buffer.from(filled(2)))
  })

  test('are never overwritten where they still wait to leave', () => {
    const frames = new LargeFrames()
    const slow = streamThat(false)
    frames.write(slow.stream, filled(1))
    frames.write(streamThat(true).stream, filled(2))
    expect(slow.given[0]?.subarray(HEADER_BYTES)).toEqual(Buffer.from(filled(1)))
  })

  test('may be larger than the memory that is kept', () => {
    const { stream, given } = streamThat(true)
    new LargeFrames().write(stream, new Uint8Array(300_000).fill(3))
    expect(given[0]?.at(-1)).toBe(3)
    expect(given[0]).toHaveLength(300_000 + 10)
  })
})
