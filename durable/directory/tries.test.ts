import { expect, test } from 'vitest'
import { Tries } from './tries.ts'

const HOME = '127.0.0.1'

function wrong(tries: Tries, name: string, times: number, from = 0): number {
  let now = from
  for (let i = 0; i < times; i++) {
    now += waitOf(tries, name, now)
    tries.begin(name, HOME, now)
  }
  return now
}

/** Begins where it need not wait. */
function waitOf(tries: Tries, name: string, now: number): number {
  const begun = tries.begin(name, HOME, now)
  return 'waitMs' in begun ? begun.waitMs : 0
}

/** The number of a try that is let through. */
function begin(tries: Tries, name: string, now: number): number {
  const begun = tries.begin(name, HOME, now)
  return 'id' in begun ? begun.id : expect.unreachable()
}

test('A11: whoever tries ten thousand names does not have the delay of one of them forgotten', () => {
  const tries = new Tries()
  const now = wrong(tries, 'victim', 8)
  expect(waitOf(tries, 'victim', now)).toBeGreaterThan(1_000)
  for (let n = 0; n < 20_000; n++) tries.begin(`name ${n}`, HOME, now)
  expect(waitOf(tries, 'victim', now)).toBeGreaterThan(1_000)
})

test('A11: a try for which no password was looked at is none', () => {
  const tries = new Tries()
  for (let n = 0; n < 50; n++) {
    tries.cancel('somebody', HOME, begin(tries, 'somebody', 0))
  }
  for (let n = 0; n < 5; n++) begin(tries, 'somebody', 0)
  expect(waitOf(tries, 'somebody', 0)).toBe(1_000)
  tries.cancel('nobody', HOME, 1)
})

test('A11: a try for which no password was looked at does not end the delay of a later one', () => {
  const tries = new Tries()
  for (let n = 0; n < 4; n++) begin(tries, 'somebody', 0)
  const slow = begin(tries, 'somebody', 0)
  begin(tries, 'somebody', 1_000)
  tries.cancel('somebody', HOME, slow)
  expect(waitOf(tries, 'somebody', 1_000)).toBe(2_000)
})
