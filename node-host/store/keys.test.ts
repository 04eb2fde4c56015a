import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Key } from '#durable/ports/storage.ts'
import { decodeKey, encodeKey, tableEnd, tablePrefix, tableStart } from './keys.ts'

const prefix = tablePrefix('room:a', 'timeline')

const anyString = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
const anyInteger = fc.maxSafeNat()

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0
}

describe('keys of the embedded store', () => {
  test('every string and every non-negative integer comes back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(anyString, anyInteger), (key) => {
        expect(decodeKey(prefix, encodeKey(prefix, key))).toBe(key)
      }),
    )
  })

  test('encoded keys sort as the keys do, within the bounds of their table', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyString, anyString), fc.tuple(anyInteger, anyInteger)), ([a, b]) => {
        const [first, second] = [encodeKey(prefix, a), encodeKey(prefix, b)]
        expect(Buffer.compare(first, second)).toBe(compare(a, b))
        expect(Buffer.compare(tableStart(prefix), first)).toBeLessThan(0)
        expect(Buffer.compare(first, tableEnd(prefix))).toBeLessThan(0)
      }),
    )
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 53])('%d is not a key', (key) => {
    expect(() => encodeKey(prefix, key)).toThrow(RangeError)
  })

  test('a key that LMDB could not hold is refused', () => {
    expect(() => encodeKey(prefix, 'x'.repeat(1025))).toThrow(RangeError)
  })

  test('a name with U+0000 is refused: it would end before its end', () => {
    expect(() => tablePrefix('room:a\0', 't')).toThrow(RangeError)
    expect(() => tablePrefix('room:a', 't\0')).toThrow(RangeError)
  })
})
