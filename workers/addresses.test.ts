import { describe, expect, test } from 'vitest'
import { addressGroup, isLoopback, isWithin, parseRange } from './addresses.ts'

describe('address ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['0.0.0.0/0', '203.0.113.7', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['fd00::/8', 'fd12:3456::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['10.0.0.0/8', 'nonsense', false],
  ])('%s and %s: %s', (range, address, expected) => {
    expect(
      isWithin(
        address,
        [parseRange(range)].filter((parsed) => parsed !== undefined),
      ),
    ).toBe(expected)
  })

  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', 'fd00::/129'])(
    '%j is none',
    (text) => {
      expect(parseRange(text)).toBeUndefined()
    },
  )

  test('loopback is all of 127/8 and ::1, nothing else', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([true, true, true, true])
    expect(['128.0.0.1', '::2', '0.0.0.0', 'localhost'].map(isLoopback)).toEqual([false, false, false, false])
  })

  test('limits count an IPv6 network as one, and an IPv4 address as itself however it is written', () => {
    expect(addressGroup('2001:db8:1:2::1')).toBe(addressGroup('2001:db8:1:2:ffff::9'))
    expect(addressGroup('2001:db8:1:2::1')).not.toBe(addressGroup('2001:db8:1:3::1'))
    expect(addressGroup('::ffff:10.0.0.1')).toBe(addressGroup('10.0.0.1'))
    expect(addressGroup('10.0.0.1')).not.toBe(addressGroup('10.0.0.2'))
  })
})
