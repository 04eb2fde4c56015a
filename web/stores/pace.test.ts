import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('the pace is that of the last seconds, and none at the beginning', () => {
  const pace = new Pace()
  expect([pace.at(0, 0), pace.at(500, 500)]).toEqual([undefined, undefined])
  expect(pace.at(1_000, 1_000)).toBe(1_000)
  for (let second = 2; second <= 20; second++) pace.at(1_000 + second * 10, second * 1000)
  expect(pace.at(1_210, 21_000)).toBeCloseTo(10)
})

test('what begins anew has no pace of before', () => {
  const pace = new Pace()
  pace.at(0, 0)
  expect(pace.at(9_000, 3_000)).toBe(3_000)
  expect(pace.at(0, 3_500)).toBeUndefined()
  expect(pace.at(2_000, 5_500)).toBe(1_000)
})
