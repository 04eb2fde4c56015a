import { expect, test } from 'vitest'
import { fileNameSchema } from '#protocol/file.ts'
import { fileNameOf } from './file-name.ts'

const ACUTE = '\u0301'

test.each([
  ['as it is', 'Urlaub am Müggelsee.jpeg', 'Urlaub am Müggelsee.jpeg'],
  ['without what it cannot hold', ' a/b\\c\u202e.txt', 'a_b_c_.txt'],
  ['cut, with its ending', `${'a'.repeat(100)}.jpeg`, `${'a'.repeat(60)}.jpeg`],
  ['cut between characters, in its ending', `a.${'😀'.repeat(20)}`, `a.${'😀'.repeat(15)}`],
  ['cut between characters, before its ending', `${'😀'.repeat(70)}.jpeg`, `${'😀'.repeat(60)}.jpeg`],
  [
    'cut to the bytes of a file system',
    `${'😀'.repeat(60)}.${'😀'.repeat(15)}`,
    `${'😀'.repeat(48)}.${'😀'.repeat(15)}`,
  ],
  ['with whole characters only', 'a\ud800.txt', 'a\ufffd.txt'],
  ['with few marks on each letter', `a${ACUTE.repeat(12)}.txt`, `a${ACUTE.repeat(8)}.txt`],
  ['another where there is none', '   ', '_'],
  ['another where it shows nothing', ACUTE, '_'],
  ['another where it leads out of its folder', '...', '_'],
])('a name is sent %s', (_how, name, sent) => {
  expect(fileNameOf(name)).toBe(sent)
  expect(fileNameSchema.safeParse(sent).success).toBe(true)
})
