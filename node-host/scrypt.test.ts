import { expect, test } from 'vitest'
import { toUtf8 } from '#protocol/text.ts'
import { scrypt } from './scrypt.ts'

test('scrypt gives what RFC 7914 says, and can do the parameters of a password', async () => {
  const key = await scrypt.derive(toUtf8('pleaseletmein'), toUtf8('SodiumChloride'), {
    N: 16384,
    r: 8,
    p: 1,
    length: 64,
  })
  expect(Buffer.from(key).toString('hex')).toBe(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  )
  const cost = { N: 2 ** 15, r: 8, p: 3, length: 32 }
  expect(await scrypt.derive(toUtf8('password'), toUtf8('salt'), cost)).toHaveLength(32)
})
