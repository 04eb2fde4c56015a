import { expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { Given } from '../probe-host.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))
const note = (text: string) => ['note', text]

/** More than an object at Cloudflare may make after one event. */
const MANY = 1_100

/** When calls arrive, and whom they hold up. */
export function testOrder(given: Given): void {
  test('calls that are not awaited arrive in their order, the first while the other is still loaded', async () => {
    const outcomes = await given.answer(given.near, 'askAll', given.far, numbers(MANY).map(note))
    expect(outcomes).toEqual(numbers(MANY).map(() => ok(null)))
    expect(await given.answer(given.far, 'notes')).toEqual(numbers(MANY))
  })

  test('a large call is not overtaken by small ones', async () => {
    const large = 'x'.repeat(500_000)
    await given.answer(given.near, 'askAll', given.far, [large, 'a', large, 'b'].map(note))
    const notes = await given.answer<string[]>(given.far, 'notes')
    expect(notes.map((text) => text.length)).toEqual([500_000, 1, 500_000, 1])
  })

  test('a call that waits holds up none behind it', async () => {
    const calls = [['wait'], note('behind'), ['wait'], ['release']]
    expect(await given.answer(given.near, 'askAll', given.far, calls)).toEqual(calls.map(() => ok(null)))
  })

  test('calls of many actors to one are all carried out, those of each in its order', async () => {
    const callers = ['near-a', 'near-b', 'far-c', 'far-d'].map((name) => given.actor(name))
    const texts = ({ id }: { id: string }) => numbers(25).map((n) => `${id} ${n}`)
    await Promise.all(callers.map((caller) => given.answer(caller, 'askAll', given.far, texts(caller).map(note))))
    const notes = await given.answer<string[]>(given.far, 'notes')
    expect(notes).toHaveLength(100)
    for (const caller of callers) {
      expect(notes.filter((text) => text.startsWith(`${caller.id} `))).toEqual(texts(caller))
    }
  })

  test('two actors may call each other while each waits for the other', async () => {
    const { near, far } = given
    const bounces = [given.answer(near, 'bounce', near, far, 6), given.answer(far, 'bounce', far, near, 6)]
    expect(await Promise.all(bounces)).toEqual(['the bottom', 'the bottom'])
  })
}
