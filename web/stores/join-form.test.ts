import { expect, test } from 'vitest'
import { readInvitation } from './join-form.ts'

const CODE = 'AbCdEfGhIjKlMnOpQrSt_-'

test.each([
  ['a whole code', CODE, CODE],
  ['with the end of a sentence behind it', `${CODE}.`, CODE],
  ['in brackets', `${CODE})`, CODE],
  ['with a Chinese full stop behind it', `${CODE}。`, CODE],
  ['cut', CODE.slice(0, -1), undefined],
  ['with a letter too many', `${CODE}x`, undefined],
  ['nothing', '', undefined],
  ['with a letter that no code has', 'AbCdEfGhIjK+MnOpQrSt_-', undefined],
])('an invitation %s', (_, typed, code) => {
  expect(readInvitation(typed)).toBe(code)
})
