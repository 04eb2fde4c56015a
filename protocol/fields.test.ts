import { describe, expect, test } from 'vitest'
import {
  handleSchema,
  invitationCodeSchema,
  nameSchema,
  newNameSchema,
  passwordSchema,
  textSchema,
  tokenSchema,
} from './fields.ts'
import { MAX_FRAME_BYTES } from './limits.ts'

describe('names', () => {
  test.each([
    'Alice',
    '王小明',
    'Zoë van der Straße-Ωmega',
    'می‌خواهم',
    '👩‍💻 Ada',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '❤️',
    '.',
    'Việt',
    'בְּרֵאשִׁ֖ית',
    'བསྒྲུབས',
  ])('may be %s', (name) => expect(newNameSchema.safeParse(name).success).toBe(true))

  test.each([
    ['nothing', ''],
    ['spaces', ' \u3000 '],
    ['a zero-width space', '\u200b'],
    ['a soft hyphen', '\u00ad'],
    ['a Hangul filler', '\u3164'],
    ['an empty Braille cell', '\u2800'],
    ['marks of direction', '\u200e\u200f'],
    ['a word with a zero-width space', 'A\u200bdmin'],
    ['a Latin word with a joiner', 'A\u200ddmin'],
    ['an override', 'evil\u202egpj.exe'],
    ['an Arabic letter mark', '\u061cx'],
    ['a line break', 'a\nb'],
    ['a lone surrogate', 'a\ud800'],
    ['a tower of marks', `a${'\u0301'.repeat(9)}`],
    ['what leads up and out of a folder, and ends a line', '../\r\nx'],
    ['too many letters', 'x'.repeat(65)],
  ])('may not be %s', (_, name) => expect(newNameSchema.safeParse(name).success).toBe(false))
})

test('a name that is too long is looked at no further', () => {
  const { error } = newNameSchema.safeParse('\u202e'.repeat(65))
  expect(error?.issues.map(({ code }) => code)).toEqual(['too_big'])
})

describe('L5: a text', () => {
  test.each([
    ['spaces and lines', ' \n\t\u00a0\u3000'],
    ['characters without width', '\u200b\u2060\ufeff\u00ad'],
    ['directions', '\u202e \u200f\u2066\u061c'],
    ['fillers', '\u3164\u115f\u2800'],
    ['what changes a picture that is not there', '\ufe0f\u200d\u{e0067}'],
    ['the ends of a note that is not there', '\ufff9\ufffa\ufffb'],
  ])('of %s only is empty', (_, text) => {
    const { error } = textSchema.safeParse(text)
    expect(error?.issues.map(({ message }) => message)).toEqual(['empty'])
  })

  test.each(['👩\u200d👧', '❤\ufe0f', '🏴\u{e0067}\u{e0062}\u{e007f}', 'می\u200cخواهم', '\u200b.', '\u0301', ' x\n'])(
    'that shows something, such as %j, is one',
    (text) => expect(textSchema.safeParse(text).success).toBe(true),
  )
})

describe('what is looked for in what people write', () => {
  const schemas = { handleSchema, invitationCodeSchema, newNameSchema, passwordSchema, textSchema, tokenSchema }
  const units = [
    'a',
    'a\u0301',
    '\u0301',
    '\u0915\u200d',
    '\u{1f469}\u200d',
    '\u{1f1e6}',
    '\u202e',
    '\n',
    ' ',
    '_-',
    'u_',
    '\ud800',
  ]
  const SHORT = MAX_FRAME_BYTES / 16

  /** The least of several tries: what disturbs the machine only adds to it. */
  function leastMs(work: () => void): number {
    const tries = Array.from({ length: 5 }, () => {
      const before = performance.now()
      for (let i = 0; i < 3; i++) work()
      return performance.now() - before
    })
    return Math.min(...tries)
  }

  test.each(Object.entries(schemas))(
    '%s takes no more than four times as long for each letter of what is 16 times as long',
    (_, schema) => {
      for (const unit of units) {
        const [short, long] = [unit.repeat(SHORT / unit.length), unit.repeat(MAX_FRAME_BYTES / unit.length)]
        schema.safeParse(short)
        const floorMs = 0.2
        const ratio =
          leastMs(() => schema.safeParse(long)) /
          Math.max(
            leastMs(() => schema.safeParse(short)),
            floorMs,
          )
        expect([unit, ratio < 64]).toEqual([unit, true])
      }
    },
  )
})

test.each([`a${'\u0301'.repeat(9)}`, '\u2800'])(
  'a name that was chosen under earlier rules stays readable: %j',
  (name) => {
    expect(newNameSchema.safeParse(name).success).toBe(false)
    expect(nameSchema.safeParse(name).success).toBe(true)
  },
)
