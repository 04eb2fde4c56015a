import { expect, test } from 'vitest'
import { initials } from './initials.ts'

test.each([
  ['first and last word', 'Ada van Lovelace', 'AL'],
  ['one word', 'ada', 'A'],
  ['a Chinese name', '王小明', '小明'],
  ['a joined emoji', '👩\u200d💻 Ada', '👩\u200d💻A'],
  ['a family', '👨\u200d👩\u200d👧\u200d👦', '👨\u200d👩\u200d👧\u200d👦'],
  ['two emoji', '❤\ufe0f Ada 💔', '❤\ufe0f💔'],
  ['flags beside each other', '🇩🇪🇫🇷', '🇩🇪'],
  ['a colour of skin', '王👍🏽', '王👍🏽'],
  ['a key', '1\ufe0f\u20e3 Ada', '1\ufe0f\u20e3A'],
  ['a letter with a mark', 'e\u0301mile zola', 'E\u0301Z'],
  ['a syllable of several signs', 'क्षितिज', 'क्षि'],
])('the initials of %s are whole characters', (_, name, expected) => {
  expect(initials(name)).toBe(expected)
})
