import { expect, test } from 'vitest'
import { newNameSchema } from '#protocol/fields.ts'
import { nameFault } from './name-fault.ts'

test.each([
  ['nothing', '', 'length'],
  ['spaces', '  ', 'length'],
  ['too many letters', 'x'.repeat(65), 'length'],
  ['a zero-width space alone', '\u200b', 'hidden'],
  ['a zero-width space in a word', 'A\u200bdmin', 'hidden'],
  ['a turn of direction', 'evil\u202egpj.exe', 'hidden'],
  ['a soft hyphen', 'Ad\u00admin', 'hidden'],
  ['an empty Braille cell', '\u2800', 'hidden'],
  ['a tower of marks', `a${'\u0301'.repeat(9)}`, 'stacked'],
  ['a name', 'Ada', undefined],
  ['a name with a joined emoji', '👩\u200d💻 Ada', undefined],
])('what is wrong with %s as a name', (_, typed, fault) => {
  expect(nameFault(typed)).toBe(fault)
  expect(newNameSchema.safeParse(typed).success).toBe(fault === undefined)
})
