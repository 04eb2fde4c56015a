import { expect, test } from 'vitest'
import { cleanText, fitOf } from './message-text.ts'

const LIMIT_BYTES = 16 * 1024

test.each([
  ['short', 'hello', { fits: true }],
  ['nothing', '', { fits: true }],
  ['near the end', 'x'.repeat(LIMIT_BYTES - 345), { fits: true, charactersLeft: 340 }],
  ['exactly full', 'x'.repeat(LIMIT_BYTES), { fits: true, charactersLeft: 0 }],
  ['too long', 'x'.repeat(LIMIT_BYTES + 1_616), { fits: false, charactersOver: 1_700 }],
  ['too long in Chinese, three bytes a character', '字'.repeat(6_000), { fits: false, charactersOver: 540 }],
])('a text that is %s', (_, text, fit) => {
  expect(fitOf(text)).toEqual(fit)
})

test('what the wire would refuse is taken out: control characters, half characters, marks upon marks', () => {
  const marks = (count: number) => `e${'\u0301'.repeat(count)}`
  expect(cleanText(`a\u0007b \ud800 ${marks(40)}${marks(2)} \n `)).toBe(`ab \ufffd ${marks(8)}${marks(2)}`)
})

test.each([
  ['spaces and lines', ' \n\t\u00a0\u3000'],
  ['characters without width', '\u200b\u2060\ufeff\u00ad'],
  ['directions', '\u202e \u200f\u2066'],
  ['fillers', '\u3164\u115f\u2800'],
  ['what changes a picture that is not there', '\ufe0f\u200d'],
])('a text of %s only is an empty one', (_, text) => {
  expect(cleanText(text)).toBe('')
})

test('what cannot be seen stays where it is part of what can', () => {
  const family = '👩\u200d👧'
  const persian = 'می\u200cخواهم'
  expect([family, '❤\ufe0f', persian, '\u200b.'].map(cleanText)).toEqual([family, '❤\ufe0f', persian, '\u200b.'])
})
