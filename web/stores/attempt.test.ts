import { expect, test } from 'vitest'
import { RefusedError } from '#client/index.ts'
import { Attempt } from './attempt.ts'

const refuse = () => Promise.reject(new RefusedError({ kind: 'busy', reason: 'too much to do' }))

test('what failed has failed until it is done: a button that tries again stays while it does', async () => {
  const attempt = new Attempt()
  expect(await attempt.run(refuse)).toBe(false)
  expect(attempt).toMatchObject({ busy: false, hasFailed: true, refusal: { kind: 'busy' } })
  const answer = Promise.withResolvers<void>()
  const again = attempt.run(() => answer.promise)
  expect(attempt).toMatchObject({ busy: true, hasFailed: true, refusal: undefined })
  answer.resolve()
  expect(await again).toBe(true)
  expect(attempt).toMatchObject({ busy: false, hasFailed: false })
})

test('what is no refusal is thrown on', async () => {
  const attempt = new Attempt()
  await expect(attempt.run(() => Promise.reject(new Error('a fault')))).rejects.toThrow('a fault')
  expect(attempt).toMatchObject({ busy: false, hasFailed: false, refusal: undefined })
})

test('a refusal that says when to try again goes when that time is over; what has failed stays so', async () => {
  const attempt = new Attempt()
  const refusal = { kind: 'too-frequent', reason: 'slow down', retryAfterMs: 20 } as const
  await attempt.run(() => Promise.reject(new RefusedError(refusal)))
  expect(attempt.refusal).toEqual(refusal)
  await expect.poll(() => attempt.refusal).toBe(undefined)
  expect(attempt.hasFailed).toBe(true)
})
