import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64Url, groupIdSchema, makeId, toBase64Url, userIdSchema } from './ids.ts'

test('base64url, there and back, as Node writes it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
    }),
  )
})

test('an id says what it is of', () => {
  const user = makeId('user', new Uint8Array(16))
  expect(userIdSchema.safeParse(user).success).toBe(true)
  expect(groupIdSchema.safeParse(user).success).toBe(false)
  expect(userIdSchema.safeParse(`${user}x`).success).toBe(false)
})
