import { describe, expect, test } from 'vitest'
import { gaps } from './gaps.ts'
import { Tally } from './tally.ts'

const STATES = { 'a list': ['row', 'more'], 'a short list': ['row'], 'no list': ['row', 'nothing here'] }
const ALIKE = ['a short list']

/** Why: a list of states that is compared with itself is complete whatever it lacks. */
describe('what a walk has not shown', () => {
  test('nothing, where each thing was shown and no state is gone', () => {
    expect(gaps(walked(STATES), 'phone', [], ALIKE)).toEqual([])
  })

  test.each([
    ['a list', 'no state shows more'],
    ['no list', 'no state shows nothing here'],
    ['a short list', '“a short list” is gone'],
  ])('%s, without which %s', (state, gap) => {
    const rest = Object.entries(STATES).filter(([name]) => name !== state)
    expect(gaps(walked(Object.fromEntries(rest)), 'phone', [], ALIKE)).toContain(gap)
  })

  test('a state that nothing would miss has to be listed', () => {
    expect(gaps(walked(STATES), 'phone', [], [])).toEqual([
      expect.stringMatching(/^“a short list” shows nothing of its/),
    ])
  })

  test('an exception is for what is there and no state shows, on phones alone where it says so', () => {
    const exceptions = [
      { entries: ['nothing here'], on: 'phone' as const, why: 'it is so' },
      { entries: ['row', 'no such thing'], why: 'it is not' },
    ]
    const withoutNoList = walked({ 'a list': STATES['a list'], 'a short list': STATES['a short list'] })
    const wrong = ['row is excepted, and shown or not there', 'no such thing is excepted, and shown or not there']
    expect(gaps(withoutNoList, 'phone', exceptions, ALIKE)).toEqual(wrong)
    expect(gaps(withoutNoList, 'desktop', exceptions, ALIKE)).toEqual(['no state shows nothing here', ...wrong])
  })
})

function walked(states: Readonly<Record<string, readonly string[]>>): Tally {
  const tally = new Tally()
  tally.expect(Object.values(STATES).flat())
  for (const [state, things] of Object.entries(states)) tally.see(state, things)
  return tally
}
