import { expect, test } from 'vitest'
import { hostCalled } from './hosts.ts'

test('tests run on the host that was asked for, and on none where nobody knows its name', () => {
  expect(hostCalled(undefined)).toBe('node-host')
  expect(hostCalled('standalone workerd')).toBe('standalone workerd')
  expect(() => hostCalled('workerd')).toThrow(
    "SNUG_TEST_HOST is 'workerd', and the tests know node-host, wrangler dev, standalone workerd.",
  )
})
