import { expect, test } from 'vitest'
import { Tries } from './tries.ts'

const HOME = '127.0.0.1'

function wrong(tries: Tries, name: string, times: number, from = 0): number {
  let now = from
  for (let i = 0; i < times; i++) {
    now += tries.begin(name, HOME, now)
    tries.begin(name, HOME, now)
  }
  return now
}

test('A11: whoever tries ten thousand names does not have the delay of one of them forgotten', () => {
  const tries = new Tries()
  const now = wrong(tries, 'victim', 8)
  expect(tries.begin('victim', HOME, now)).toBeGreaterThan(1_000)
  for (let n = 0; n < 20_000; n++) tries.begin(`name ${n}`, HOME, now)
  expect(tries.begin('victim', HOME, now)).toBeGreaterThan(1_000)
})

test('A11: a try for which no password was looked at is none', () => {
  const tries = new Tries()
  for (let n = 0; n < 50; n++) {
    expect(tries.begin('somebody', HOME, 0)).toBe(0)
    tries.cancel('somebody', HOME)
  }
  for (let n = 0; n < 5; n++) expect(tries.begin('somebody', HOME, 0)).toBe(0)
  expect(tries.begin('somebody', HOME, 0)).toBe(1_000)
  tries.cancel('nobody', HOME)
})
