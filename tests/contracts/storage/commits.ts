import { expect, test } from 'vitest'
import { MAX_COMMIT_BYTES } from '#durable/ports/storage.ts'
import { fromUtf8 } from '#protocol/text.ts'
import { type Given, put, rowsOf, sameBytes, texts } from './fixture.ts'

/** When a change is there, and when it is not. */
export function testCommits(given: Given): void {
  test('a commit is durable once it resolves', async () => {
    await given.storage.commit({ writes: [put('t', 'a', '1'), put('timeline', 1, 'one')], wakeAt: 42 })
    const later = await given.reopened()
    expect(await rowsOf(later, 't')).toEqual([['a', '1']])
    expect(await rowsOf(later, 'timeline')).toEqual([[1, 'one']])
    expect(await given.host.alarm('room:a')).toBe(42)
  })

  test('a commit across tables is there whole or not at all', async () => {
    const inFlight = Array.from({ length: 50 }, (_, i) =>
      given.storage.commit({
        writes: [put('timeline', i + 1, 'x'), put('producers', 'p', String(i + 1))],
        wakeAt: i + 1,
      }),
    )
    for (const commit of inFlight) commit.catch(() => {})
    await inFlight[20]
    const later = await given.reopened()
    const timeline = await rowsOf(later, 'timeline')
    const [[, last] = []] = await rowsOf(later, 'producers')
    expect(timeline.length).toBeGreaterThanOrEqual(21)
    expect(timeline.map(([key]) => key)).toEqual(timeline.map((_, i) => i + 1))
    expect(Number(last)).toBe(timeline.length)
    expect(await given.host.alarm('room:a')).toBe(timeline.length)
  })

  test('commits that are not awaited take effect in the order they were issued', async () => {
    const order: number[] = []
    const commits = Array.from({ length: 100 }, (_, i) =>
      given.storage.commit({ writes: [put('t', 'k', String(i)), put('timeline', i, '')] }).then(() => order.push(i)),
    )
    await Promise.all(commits)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(await rowsOf(given.storage, 't')).toEqual([['k', '99']])
    expect(await given.storage.page('timeline', undefined, 1000)).toHaveLength(100)
  })

  test('a read sees every commit issued on its handle before it, awaited or not', async () => {
    for (let i = 0; i < 20; i++) {
      const commit = given.storage.commit({ writes: [put('t', 'k', String(i)), put('timeline', i + 1, '')] })
      const [got, range, page] = await Promise.all([
        given.storage.get('t', ['k']),
        given.storage.range('timeline', i + 1, i + 1, 1_000_000),
        given.storage.page('t', undefined, 1),
      ])
      expect(got[0] && fromUtf8(got[0])).toBe(String(i))
      expect(range).toHaveLength(1)
      expect(texts(page)).toEqual([['k', String(i)]])
      await commit
    }
  })

  test('a fresh handle sees what an earlier one made durable', async () => {
    await given.storage.commit({ writes: [put('t', 'a', '1')] })
    const fresh = await given.host.open('room:a')
    expect(await rowsOf(fresh, 't')).toEqual([['a', '1']])
  })

  test('wakeAt sets the alarm, null clears it, and a commit without it leaves it', async () => {
    expect(await given.host.alarm('room:a')).toBeNull()
    await given.storage.commit({ writes: [], wakeAt: 1_795_000_000_123 })
    expect(await given.host.alarm('room:a')).toBe(1_795_000_000_123)
    await given.storage.commit({ writes: [put('t', 'a', '1')] })
    expect(await given.host.alarm('room:a')).toBe(1_795_000_000_123)
    await given.storage.commit({ writes: [put('t', 'a', '2')], wakeAt: 7 })
    expect(await given.host.alarm('room:a')).toBe(7)
    await given.storage.commit({ writes: [{ table: 't', key: 'a' }], wakeAt: null })
    expect(await given.host.alarm('room:a')).toBeNull()
    await given.host.restart()
    expect(await given.host.alarm('room:a')).toBeNull()
  })

  test('a commit of nothing resolves, after those before it', async () => {
    const order: string[] = []
    const first = given.storage.commit({ writes: [put('t', 'a', '1')] }).then(() => order.push('first'))
    await given.storage.commit({ writes: [] }).then(() => order.push('nothing'))
    await first
    expect(order).toEqual(['first', 'nothing'])
  })

  test('a commit may hold thousands of rows', async () => {
    const keys = Array.from({ length: 5000 }, (_, i) => i)
    await given.storage.commit({ writes: keys.map((key) => put('timeline', key, 'x')) })
    expect(await given.storage.page('timeline', undefined, 10_000)).toHaveLength(5000)
    await given.storage.commit({ writes: keys.map((key) => ({ table: 'timeline', key })), wakeAt: 1 })
    expect(await given.storage.page('timeline', undefined, 10_000)).toEqual([])
  })

  test('a commit up to the limit is taken', async () => {
    const half = new Uint8Array(MAX_COMMIT_BYTES / 2 - 1000)
    await given.storage.commit({ writes: [1, 2].map((key) => ({ table: 'timeline', key, value: half })) })
    const read = await given.storage.get('timeline', [1, 2])
    expect(read.map((value) => sameBytes(value, half))).toEqual([true, true])
  })

  test('a commit over the limit is refused whole, its alarm too', async () => {
    const half = new Uint8Array(MAX_COMMIT_BYTES / 2 + 1)
    const writes = [1, 2].map((key) => ({ table: 'timeline', key, value: half }))
    await expect(given.storage.commit({ writes: [put('t', 'a', '1'), ...writes], wakeAt: 9 })).rejects.toThrow()
    const later = await given.reopened()
    expect(await rowsOf(later, 't')).toEqual([])
    expect(await later.page('timeline', undefined, 10)).toEqual([])
    expect(await given.host.alarm('room:a')).toBeNull()
  })

  test('after a commit has failed every later one fails, and those before it stand', async () => {
    const tooMuch = { writes: [{ table: 't', key: 'b', value: new Uint8Array(MAX_COMMIT_BYTES + 1) }] }
    const outcomes = await Promise.allSettled([
      given.storage.commit({ writes: [put('t', 'a', '1')] }),
      given.storage.commit(tooMuch),
      given.storage.commit({ writes: [put('t', 'c', '3')], wakeAt: 3 }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(given.storage.commit({ writes: [put('t', 'd', '4')] })).rejects.toThrow()
    await expect(given.storage.get('t', ['a'])).rejects.toThrow()
    const fresh = await given.host.open('room:a')
    expect(await rowsOf(fresh, 't')).toEqual([['a', '1']])
    await fresh.commit({ writes: [put('t', 'e', '5')] })
    expect(await rowsOf(await given.reopened(), 't')).toEqual([
      ['a', '1'],
      ['e', '5'],
    ])
    expect(await given.host.alarm('room:a')).toBeNull()
  })
}
