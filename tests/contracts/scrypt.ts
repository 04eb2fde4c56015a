import { describe, expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { To } from '#tests/support/workerd/probe.ts'
import { Given, type MakeProbeHost } from './probe-host.ts'

/** RFC 7914, section 12, without the one that takes 1 GiB. */
const VECTORS = [
  {
    password: '',
    salt: '',
    parameters: { N: 16, r: 1, p: 1, length: 64 },
    key: '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  },
  {
    password: 'password',
    salt: 'NaCl',
    parameters: { N: 1024, r: 8, p: 16, length: 64 },
    key: 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  },
  {
    password: 'pleaseletmein',
    salt: 'SodiumChloride',
    parameters: { N: 16384, r: 8, p: 1, length: 64 },
    key: '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  },
]
const HASHER: To = { kind: 'hasher', id: '' }
/** Those of a password (durable/hasher). */
const OF_A_PASSWORD = { N: 2 ** 15, r: 8, p: 3, length: 32 }

/** Registers the suite of the Scrypt port for one host: a password that was hashed on one is verified on every other. */
export function scryptContract(name: string, makeHost: MakeProbeHost): void {
  describe(`scrypt: ${name}`, () => {
    const given = new Given(makeHost)
    const derive = async (password: string, salt: string, parameters: (typeof VECTORS)[number]['parameters']) =>
      Buffer.from(await given.answer<Uint8Array>(HASHER, 'derive', toUtf8(password), toUtf8(salt), parameters))

    test.each(VECTORS)('it gives what RFC 7914 says for "$password"', async ({ password, salt, parameters, key }) => {
      expect((await derive(password, salt, parameters)).toString('hex')).toBe(key)
    })

    test('it can do the parameters of a password, for several at a time, each its own', async () => {
      const passwords = ['one', 'two', 'one']
      const keys = await Promise.all(passwords.map((password) => derive(password, 'salt', OF_A_PASSWORD)))
      expect(keys.map(({ length }) => length)).toEqual([32, 32, 32])
      expect(keys[0]?.equals(keys[2] ?? Buffer.of())).toBe(true)
      expect(keys[0]?.equals(keys[1] ?? Buffer.of())).toBe(false)
    })

    test('what scrypt cannot do is refused, and disturbs nothing', async () => {
      const outcome = await given.call(HASHER, 'derive', toUtf8('x'), toUtf8('x'), { N: 3, r: 8, p: 1, length: 32 })
      expect(outcome).toMatchObject({ refused: { kind: 'retry' } })
      expect(await given.call(HASHER, 'echo')).toEqual(ok([]))
    })
  })
}
