import { expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { heldFiles } from './held-files.ts'
import { PageWriter } from './pages.ts'
import { RoomState } from './room-state.ts'
import { memoryStore } from './stores/memory-store.ts'

const user = makeId('user', new Uint8Array(16))
const producer = makeId('producer', new Uint8Array(16))
const room = makeId('group', new Uint8Array(16))
const file = { file: makeId('file', new Uint8Array(16)), name: 'a.txt', type: 'text/plain', bytes: 1 }

/** Every hundredth has a file. */
function records(from: number, to: number): TextRecord[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const seq = from + i
    const record = { v: 1, seq, ord: seq, at: seq, by: user, kind: 'text', producer, n: seq, text: `${seq}` } as const
    return seq % 100 === 0 ? { ...record, files: [file] } : record
  })
}

function stateOf(floor: number, loaded: TextRecord[]): RoomState {
  const seq = loaded.at(-1)?.seq ?? 0
  const counts = { members: 1, rev: 1, floor, seq, ord: seq, read: seq, unread: 0 }
  const head: RoomHead = { room, kind: 'group', title: 'Plans', ...counts, others: [], records: loaded }
  return RoomState.fromHead(user, head)
}

const seqs = (found: Awaited<ReturnType<typeof heldFiles>>) => [found.records.map(({ seq }) => seq), found.from]

test('files are found in all that the device holds, loaded or not, newest first', async () => {
  const store = memoryStore()
  await new PageWriter(store).write(room, records(1, 560))
  expect(seqs(await heldFiles(store, stateOf(1, records(450, 560))))).toEqual([[500, 400, 300, 200, 100], 1])
  expect(seqs(await heldFiles(store, stateOf(200, records(450, 560))))).toEqual([[500, 400, 300, 200], 200])
})

test('what stands before a gap is not taken for all there is', async () => {
  const store = memoryStore()
  await new PageWriter(store).write(room, records(1, 320))
  await new PageWriter(store).write(room, records(330, 560))
  expect(seqs(await heldFiles(store, stateOf(1, records(450, 560))))).toEqual([[500, 400], 330])
})
