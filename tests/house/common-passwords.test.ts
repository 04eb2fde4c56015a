import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, test } from 'vitest'
import { COMMON_PASSWORDS } from '#durable/gateway/common-passwords.ts'
import { MIN_PASSWORD_LENGTH } from '#protocol/limits.ts'

const COUNT = 3_000

test('the common passwords are the first of the list that a package keeps up to date, as far as they are long enough', () => {
  const ranked = dictionary['passwords-common'].filter((password) => password.length >= MIN_PASSWORD_LENGTH)
  // To take over a newer list: paste what this expects.
  expect(COMMON_PASSWORDS).toBe(ranked.slice(0, COUNT).join(' '))
})
