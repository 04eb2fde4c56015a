import { expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import { loadPages, PageWriter } from './pages.ts'
import { memoryStore } from './stores/memory-store.ts'

const by = makeId('user', new Uint8Array(16))
const producer = makeId('producer', new Uint8Array(16))
const room = makeId('group', new Uint8Array(16))

function records(from: number, to: number): TextRecord[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const seq = from + i
    return { v: 1, seq, ord: seq, at: seq, by, kind: 'text', producer, n: seq, text: `text ${seq}` }
  })
}

const seqs = (found: { seq: number }[]) => [found[0]?.seq, found.at(-1)?.seq, found.length]

test('records are found again across pages, as many as are wanted', async () => {
  const store = memoryStore()
  await new PageWriter(store).write(room, records(1, 250))
  expect(seqs(await loadPages(store, room, 1, 250, 1))).toEqual([200, 250, 51])
  expect(seqs(await loadPages(store, room, 1, 250, 60))).toEqual([100, 250, 151])
  expect(seqs(await loadPages(store, room, 1, 250, 1_000))).toEqual([1, 250, 250])
  expect(seqs(await loadPages(store, room, 120, 199, 1_000))).toEqual([120, 199, 80])
})

test('what a page holds already is kept', async () => {
  const store = memoryStore()
  await new PageWriter(store).write(room, records(110, 120))
  await new PageWriter(store).write(room, records(121, 130))
  await new PageWriter(store).write(room, records(101, 109))
  expect(seqs(await loadPages(store, room, 101, 130, 100))).toEqual([101, 130, 30])
})

test('nothing from before a gap is taken for what stands after it', async () => {
  const store = memoryStore()
  await new PageWriter(store).write(room, records(1, 120))
  await new PageWriter(store).write(room, records(140, 260))
  expect(seqs(await loadPages(store, room, 1, 260, 1_000))).toEqual([140, 260, 121])
  expect(await loadPages(store, room, 1, 130, 1_000)).toEqual([])
})
