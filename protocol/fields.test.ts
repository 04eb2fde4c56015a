import { describe, expect, test } from 'vitest'
import { nameSchema } from './fields.ts'

describe('names', () => {
  test.each(['Alice', '王小明', 'Zoë van der Straße-Ωmega', 'می‌خواهم', '👩‍💻 Ada', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '❤️', '.'])(
    'may be %s',
    (name) => expect(nameSchema.safeParse(name).success).toBe(true),
  )

  test.each([
    ['nothing', ''],
    ['spaces', ' \u3000 '],
    ['a zero-width space', '\u200b'],
    ['a soft hyphen', '\u00ad'],
    ['a Hangul filler', '\u3164'],
    ['marks of direction', '\u200e\u200f'],
    ['a word with a zero-width space', 'A\u200bdmin'],
    ['a Latin word with a joiner', 'A\u200ddmin'],
    ['an override', 'evil\u202egpj.exe'],
    ['an Arabic letter mark', '\u061cx'],
    ['a line break', 'a\nb'],
    ['a lone surrogate', 'a\ud800'],
    ['too many letters', 'x'.repeat(65)],
  ])('may not be %s', (_, name) => expect(nameSchema.safeParse(name).success).toBe(false))
})
