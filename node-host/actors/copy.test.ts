import { describe, expect, test } from 'vitest'
import { copy } from './copy.ts'

describe('what goes from one actor to another', () => {
  test('is a copy in which nothing is shared but bytes', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const value = { text: 'a', number: 1, none: null, missing: undefined, list: [{ deep: true }], bytes }
    const copied = copy(value)
    expect(copied).toEqual(value)
    expect(copied).not.toBe(value)
    expect(copied.list).not.toBe(value.list)
    expect(copied.list[0]).not.toBe(value.list[0])
    expect(copied.bytes).toBe(bytes)
  })

  test('may be an object without a prototype, and becomes a plain one', () => {
    const bare = Object.assign(Object.create(null), { a: 1 })
    expect(copy(bare)).toStrictEqual({ a: 1 })
  })

  test.each([
    ['a function', () => {}],
    ['a method in an object', { deep: [{ call() {} }] }],
    ['a date', new Date()],
    ['a map', new Map()],
    ['an error', new Error('x')],
    ['a promise', Promise.resolve()],
    ['a symbol', Symbol('x')],
    ['an object that would set a prototype', JSON.parse('{"__proto__":{"admin":true}}')],
  ])('is not %s', (_name, value) => {
    expect(() => copy(value)).toThrow(TypeError)
  })
})
