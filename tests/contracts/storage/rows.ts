import { expect, test } from 'vitest'
import type { Storage } from '#durable/ports/storage.ts'
import { fromUtf8 } from '#protocol/text.ts'
import { type Given, put, rowsOf, sameBytes, texts } from './fixture.ts'

/** More than a test stores. */
const MANY_BYTES = 1_000_000

/** A timeline of `count` rows from 1, each of `bytes` bytes. */
async function fillTimeline(storage: Storage, count: number, bytes = 10): Promise<void> {
  const writes = Array.from({ length: count }, (_, i) => ({
    table: 'timeline',
    key: i + 1,
    value: new Uint8Array(bytes).fill(i + 1),
  }))
  await storage.commit({ writes })
}

/** Which rows a read finds, and in which order. */
export function testRows(given: Given): void {
  test('get answers the values in the order of the keys asked for, undefined where there is none', async () => {
    await given.storage.commit({ writes: [put('t', 'a', '1'), put('t', 'b', '2'), put('t', 'c', '3')] })
    const values = await given.storage.get('t', ['c', 'missing', 'a', 'c'])
    expect(values.map((value) => value && fromUtf8(value))).toEqual(['3', undefined, '1', '3'])
    expect(await given.storage.get('t', [])).toEqual([])
  })

  test('a value keeps its bytes, whether none, one of each or a large one', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, i) => i)
    const large = new Uint8Array(200_000).map((_, i) => i % 251)
    const values = [new Uint8Array(), every, large]
    await given.storage.commit({ writes: values.map((value, key) => ({ table: 'bytes', key, value })) })
    const read = await given.storage.get('bytes', [0, 1, 2])
    expect(read.map((value, i) => sameBytes(value, values[i]))).toEqual([true, true, true])
  })

  test('a value that was read stays as it was when others are read after it', async () => {
    await given.storage.commit({ writes: [put('t', 'a', 'first'), put('t', 'b', 'other')] })
    const [first] = await given.storage.get('t', ['a'])
    await given.storage.get('t', ['b'])
    await given.storage.page('t', undefined, 10)
    expect(first && fromUtf8(first)).toBe('first')
  })

  test('a later write of a row replaces it, and one without a value deletes it', async () => {
    await given.storage.commit({ writes: [put('t', 'a', '1'), put('t', 'b', '1'), put('t', 'c', '1')] })
    await given.storage.commit({
      writes: [put('t', 'a', '2'), { table: 't', key: 'b' }, { table: 't', key: 'missing' }],
    })
    expect(await rowsOf(given.storage, 't')).toEqual([
      ['a', '2'],
      ['c', '1'],
    ])
  })

  test('of several writes of a row in one commit the last one holds', async () => {
    await given.storage.commit({ writes: [put('t', 'a', '1'), put('t', 'a', '2'), put('t', 'b', '1')] })
    await given.storage.commit({ writes: [{ table: 't', key: 'a' }, put('t', 'a', '3'), { table: 't', key: 'b' }] })
    expect(await rowsOf(given.storage, 't')).toEqual([['a', '3']])
  })

  test('a range reads upwards, both ends included', async () => {
    await fillTimeline(given.storage, 5)
    expect((await given.storage.range('timeline', 2, 4, MANY_BYTES)).map(([key]) => key)).toEqual([2, 3, 4])
    expect((await given.storage.range('timeline', 3, 3, MANY_BYTES)).map(([key]) => key)).toEqual([3])
  })

  test('a range from above reads downwards, both ends included', async () => {
    await fillTimeline(given.storage, 5)
    expect((await given.storage.range('timeline', 4, 2, MANY_BYTES)).map(([key]) => key)).toEqual([4, 3, 2])
    expect((await given.storage.range('timeline', 2, 0, MANY_BYTES)).map(([key]) => key)).toEqual([2, 1])
  })

  test('a range beyond the rows answers those there are', async () => {
    await fillTimeline(given.storage, 3)
    const highest = Number.MAX_SAFE_INTEGER
    expect((await given.storage.range('timeline', highest, 1, 1)).map(([key]) => key)).toEqual([3])
    expect((await given.storage.range('timeline', 2, highest, MANY_BYTES)).map(([key]) => key)).toEqual([2, 3])
    expect(await given.storage.range('timeline', 4, highest, MANY_BYTES)).toEqual([])
    expect(await given.storage.range('nothing', 0, highest, MANY_BYTES)).toEqual([])
    expect(await given.storage.range('nothing', highest, 0, MANY_BYTES)).toEqual([])
  })

  test('a range passes over what is not there, either way, and counts only what is', async () => {
    const keys = [0, 1, 500, 1_023, 1_024, 70_000]
    await given.storage.commit({ writes: keys.map((key) => put('timeline', key, 'x')) })
    const found = async (from: number, to: number, maxBytes: number) =>
      (await given.storage.range('timeline', from, to, maxBytes)).map(([key]) => key)
    expect(await found(100_000, 1, 3)).toEqual([70_000, 1_024, 1_023])
    expect(await found(1_022, 1, 3)).toEqual([500, 1])
    expect(await found(1, 100_000, 4)).toEqual([1, 500, 1_023, 1_024])
  })

  test('a range ends with the row that brings the values to maxBytes, after one row at least', async () => {
    await fillTimeline(given.storage, 6, 100)
    const keys = async (from: number, to: number, maxBytes: number) =>
      (await given.storage.range('timeline', from, to, maxBytes)).map(([key]) => key)
    expect(await keys(1, 6, 300)).toEqual([1, 2, 3])
    expect(await keys(1, 6, 301)).toEqual([1, 2, 3, 4])
    expect(await keys(6, 1, 150)).toEqual([6, 5])
    expect(await keys(2, 6, 0)).toEqual([2])
  })

  test('pages follow each other in key order, each from after the key given', async () => {
    const names = ['delta', 'alpha', 'echo', 'bravo', 'charlie']
    await given.storage.commit({ writes: names.map((name) => put('names', name, name)) })
    expect(texts(await given.storage.page('names', undefined, 2)).map(([key]) => key)).toEqual(['alpha', 'bravo'])
    expect(texts(await given.storage.page('names', 'bravo', 2)).map(([key]) => key)).toEqual(['charlie', 'delta'])
    expect(texts(await given.storage.page('names', 'delta', 2)).map(([key]) => key)).toEqual(['echo'])
    expect(await given.storage.page('names', 'echo', 2)).toEqual([])
    expect(texts(await given.storage.page('names', 'bravo!', 1)).map(([key]) => key)).toEqual(['charlie'])
    expect(await given.storage.page('names', undefined, 0)).toEqual([])
  })

  test('pages of a timeline are in the order of its numbers', async () => {
    const keys = [100, 9, 10, 1, 255, 256, 65_536]
    await given.storage.commit({ writes: keys.map((key) => put('timeline', key, String(key))) })
    expect(texts(await given.storage.page('timeline', undefined, 4)).map(([key]) => key)).toEqual([1, 9, 10, 100])
    expect(texts(await given.storage.page('timeline', 100, 4)).map(([key]) => key)).toEqual([255, 256, 65_536])
  })

  test('integer keys beyond 2^32 are kept apart and in order', async () => {
    const keys = [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]
    await given.storage.commit({ writes: keys.toReversed().map((key) => put('timeline', key, String(key))) })
    expect(await rowsOf(given.storage, 'timeline')).toEqual(keys.map((key) => [key, String(key)]))
    const range = await given.storage.range('timeline', 2 ** 32, 2 ** 41, MANY_BYTES)
    expect(range.map(([key]) => key)).toEqual([2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7])
    expect(texts(await given.storage.page('timeline', 2 ** 32, 1)).map(([key]) => key)).toEqual([2 ** 32 + 1])
  })

  test('string keys are compared by code unit', async () => {
    // By code point the emoji, whose two units are surrogates, would stand last.
    const keys = ['', '!', 'A', 'B', 'a', 'aa', 'b', '\u007f', 'é', '中', '😀', '\ue000', '\uffff']
    await given.storage.commit({ writes: keys.toReversed().map((key) => put('names', key, key)) })
    expect(await rowsOf(given.storage, 'names')).toEqual(keys.map((key) => [key, key]))
    expect(texts(await given.storage.page('names', '中', 2)).map(([key]) => key)).toEqual(['😀', '\ue000'])
  })

  test('tables whose names begin alike do not mix', async () => {
    await given.storage.commit({ writes: [put('a', 'bc', '1'), put('ab', 'c', '2'), put('abc', '', '3')] })
    expect(await rowsOf(given.storage, 'a')).toEqual([['bc', '1']])
    expect(await rowsOf(given.storage, 'ab')).toEqual([['c', '2']])
    expect(await rowsOf(given.storage, 'abc')).toEqual([['', '3']])
  })

  test('actors do not see each other, nor those whose ids begin alike', async () => {
    const others = await Promise.all(['room:b', 'room:ab', 'user:a', 'room:'].map((actor) => given.host.open(actor)))
    await given.storage.commit({ writes: [put('t', 'k', 'mine')], wakeAt: 5 })
    for (const [i, other] of others.entries()) await other.commit({ writes: [put('t', 'k', `other ${i}`)] })
    await others[0]?.commit({ writes: [{ table: 't', key: 'k' }] })
    expect(await rowsOf(given.storage, 't')).toEqual([['k', 'mine']])
    expect(others[1] && (await rowsOf(others[1], 't'))).toEqual([['k', 'other 1']])
    expect(await given.host.alarm('room:b')).toBeNull()
    expect(await given.host.alarm('room:a')).toBe(5)
  })
}
