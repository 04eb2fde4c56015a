import { expect, test } from 'vitest'
import { LastSeen } from './last-seen.ts'

const MINUTE_MS = 60_000

test('S3: is written when the last has gone, not again within a minute, and goes when somebody comes back', () => {
  const seen = new LastSeen()
  expect([seen.arrived().length, seen.at]).toEqual([0, undefined])
  expect([seen.left(MINUTE_MS).length, seen.at]).toEqual([1, MINUTE_MS])
  expect([seen.left(2 * MINUTE_MS - 1).length, seen.at]).toEqual([0, MINUTE_MS])
  expect([seen.left(2 * MINUTE_MS).length, seen.at]).toEqual([1, 2 * MINUTE_MS])
  expect([seen.arrived().length, seen.at]).toEqual([1, undefined])
  expect(seen.arrived()).toEqual([])
})

test('S3: a clock that was set back does not keep it from being written', () => {
  const seen = new LastSeen()
  seen.left(60 * MINUTE_MS)
  seen.left(10 * MINUTE_MS)
  expect(seen.at).toBe(10 * MINUTE_MS)
})

test('S3: what is hidden stays so while people come and go', () => {
  const seen = new LastSeen()
  expect(seen.hide(true)).toHaveLength(1)
  expect(seen.hide(true)).toEqual([])
  seen.left(MINUTE_MS)
  seen.arrived()
  expect(seen.isHidden).toBe(true)
})
