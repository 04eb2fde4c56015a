import { expect, test } from 'vitest'
import { Allowance } from './allowance.ts'

/** What is done, in order. An event comes when the test says so, or by itself. */
function setUp(each: number, comesByItself = false) {
  const done: string[] = []
  const allowance: Allowance = new Allowance(each, async () => {
    done.push('an event is made')
    if (!comesByItself) return new Promise(() => {})
    await Promise.resolve()
    allowance.renew()
  })
  const call = (name: string) =>
    allowance.make(async () => {
      done.push(name)
      return name
    })
  return { allowance, done, call }
}

test('beyond what one event allows calls wait, in order, for the next; one is made, and once', async () => {
  const { allowance, done, call } = setUp(2)
  const answers = Promise.all(['1', '2', '3', '4'].map(call))
  expect(done).toEqual(['1', '2', 'an event is made'])
  allowance.renew()
  expect(done).toEqual(['1', '2', 'an event is made', '3', '4'])
  expect(await answers).toEqual(['1', '2', '3', '4'])
})

test('as long as calls wait, event after event is made', async () => {
  const { done, call } = setUp(1, true)
  expect(await Promise.all(['1', '2', '3'].map(call))).toEqual(['1', '2', '3'])
  expect(done).toEqual(['1', 'an event is made', '2', 'an event is made', '3'])
})

test('what waits is taken off what the next event allows', () => {
  const { allowance, done, call } = setUp(2)
  for (const name of ['1', '2', '3']) void call(name)
  allowance.renew()
  for (const name of ['4', '5']) void call(name)
  expect(done).toEqual(['1', '2', 'an event is made', '3', '4'])
})

test('an event of its own renews it too; none is made where none waits', () => {
  const { allowance, done, call } = setUp(1)
  for (const name of ['1', '2', '3']) {
    void call(name)
    allowance.renew()
  }
  expect(done).toEqual(['1', '2', '3'])
})

test('when no event can be made calls are made all the same', async () => {
  const allowance = new Allowance(1, () => Promise.reject(new Error('unreachable')))
  const answers = Promise.all([1, 2, 3].map((n) => allowance.make(async () => n)))
  expect(await answers).toEqual([1, 2, 3])
})

test('a call that fails fails for its caller alone', async () => {
  const { allowance, call } = setUp(1)
  const first = call('1')
  const second = allowance.make(() => Promise.reject(new Error('refused')))
  const third = call('3')
  allowance.renew()
  await expect(second).rejects.toThrow('refused')
  allowance.renew()
  expect(await Promise.all([first, third])).toEqual(['1', '3'])
})
