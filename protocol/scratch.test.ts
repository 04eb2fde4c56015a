import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scratch } from './scratch.ts'
import { fromUtf8, toUtf8 } from './text.ts'

test('what was taken stays as it is until the memory is used again, however much is put behind it', () => {
  const pieces = fc.array(fc.array(fc.string({ maxLength: 20_000, unit: 'binary' }), { maxLength: 5 }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(pieces, (turns) => {
      const scratch = new Scratch()
      for (const _ of [1, 2]) {
        const taken = turns.map((texts) => {
          for (const [i, text] of texts.entries()) i % 2 === 0 ? scratch.text(text) : scratch.bytes(toUtf8(text))
          return scratch.take()
        })
        expect(taken.map(fromUtf8)).toEqual(turns.map((texts) => texts.map((text) => text.toWellFormed()).join('')))
        scratch.reuse()
      }
    }),
    { numRuns: 30 },
  )
})

test('the same memory is used again, unless a turn needed very much of it', () => {
  const scratch = new Scratch()
  const first = scratch.text('a').take()
  scratch.reuse()
  expect(scratch.text('b').take().buffer).toBe(first.buffer)
  expect(fromUtf8(first)).toBe('b')
  scratch.reuse()
  const large = scratch.bytes(new Uint8Array(1024 * 1024)).take()
  scratch.reuse()
  expect(scratch.text('c').take().buffer).not.toBe(large.buffer)
})
