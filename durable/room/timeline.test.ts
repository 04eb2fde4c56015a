import { beforeEach, describe, expect, test } from 'vitest'
import type { ProducerId, RoomId } from '#protocol/ids.ts'
import { fromUtf8 } from '#protocol/text.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('the timeline', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId
  let producer: ProducerId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
    producer = world.id('producer')
  })

  async function page(direction: 'older' | 'newer', anchor: number, limit: number) {
    const outcome = await world.until(world.peers.room(room).history(two.user, direction, anchor, limit))
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return outcome.ok
  }

  const seqsOf = (records: readonly Uint8Array[]) => records.map((bytes) => JSON.parse(fromUtf8(bytes)).seq)

  test('L1: sequences run from 1 without gaps', async () => {
    await world.send(room, one, producer, 1, 'a', 'b')
    await world.until(world.peers.room(room).leave(two.user))
    await world.send(room, one, producer, 3, 'c')
    const rows = await world.table('room', room, 'timeline')
    expect(rows.map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(rows.map(([, record]) => (record as { seq: number }).seq)).toEqual([1, 2, 3, 4, 5])
  })

  test('L1: a reloaded room goes on where it was', async () => {
    await world.send(room, one, producer, 1, 'a')
    world.machine.evictActor(`room/${room}`)
    expect(await world.send(room, one, producer, 2, 'b')).toEqual({ ok: [{ stored: { seq: 3 } }] })
  })

  test('L2: history, catch-up and delivery carry the bytes that are stored', async () => {
    const reader = await world.enter(two)
    await world.send(room, one, producer, 1, 'the same bytes')
    const delivery = await reader.hears('delivery')
    const [stored] = (await world.disk.open(`room/${room}`).range('timeline', 2, 2, 10_000)).map(([, bytes]) => bytes)
    if (!stored) throw new Error('nothing is stored')
    const { records } = await page('older', 3, 1)
    expect(records[0]).toEqual(stored)
    expect(reader.frames.some((frame) => frame.includes(fromUtf8(stored)))).toBe(true)
    expect(delivery.records).toEqual([JSON.parse(fromUtf8(stored))])
    const late = await world.enter(two)
    expect(late.frames.some((frame) => frame.includes(fromUtf8(stored)))).toBe(true)
  })

  test('L3: a page holds the neighbours of its anchor, either way', async () => {
    const texts = Array.from({ length: 9 }, (_, i) => `text ${i}`)
    await world.send(room, one, producer, 1, ...texts)
    expect(seqsOf((await page('older', 11, 3)).records)).toEqual([8, 9, 10])
    expect(seqsOf((await page('older', 5, 3)).records)).toEqual([2, 3, 4])
    expect(seqsOf((await page('older', 2, 3)).records)).toEqual([1])
    expect(seqsOf((await page('newer', 0, 3)).records)).toEqual([1, 2, 3])
    expect(seqsOf((await page('newer', 9, 3)).records)).toEqual([10])
    expect(seqsOf((await page('newer', 10, 3)).records)).toEqual([])
    expect(seqsOf((await page('older', 1_000_000, 2)).records)).toEqual([9, 10])
    expect(await page('older', 11, 1)).toMatchObject({ floor: 1, head: 10 })
  })

  test('L3: a page ends at about 256 KiB, at the end away from its anchor', async () => {
    const large = Array.from({ length: 40 }, () => 'x'.repeat(16_000))
    for (const [i, text] of large.entries()) await world.send(room, one, producer, i + 1, text)
    const older = seqsOf((await page('older', 42, 100)).records)
    expect(older.at(-1)).toBe(41)
    expect(older.length).toBeGreaterThan(15)
    expect(older.length).toBeLessThan(20)
    expect(seqsOf((await page('newer', 1, 100)).records)[0]).toBe(2)
  })

  test('C1: of all who catch up on the newest records the first reads them, until there are newer ones', async () => {
    await world.send(room, one, producer, 1, 'a', 'b', 'c')
    const storage = world.disk.open(`room/${room}`)
    let reads = 0
    const range = storage.range.bind(storage)
    storage.range = (...args) => {
      reads += 1
      return range(...args)
    }
    const { Timeline } = await import('./timeline.ts')
    const timeline = new Timeline(storage)
    await timeline.load()
    reads = 0
    const newest = async (upTo: number, limit: number, floor: number) => {
      const records = await timeline.newest({ upTo, limit, floor, maxBytes: 10_000 })
      return JSON.parse(fromUtf8(records)).map(({ seq }: { seq: number }) => seq)
    }
    expect([await newest(3, 2, 1), await newest(3, 2, 1), reads]).toEqual([[2, 3], [2, 3], 1])
    expect([await newest(3, 2, 3), reads]).toEqual([[3], 2])
    expect([await newest(4, 2, 1), reads]).toEqual([[3, 4], 3])
    expect([await newest(4, 2, 5), reads]).toEqual([[], 3])
  })

  test('L4: a page is one read of as many rows as it has, however long the timeline is', async () => {
    const texts = Array.from({ length: 200 }, (_, i) => `text ${i}`)
    await world.send(room, one, producer, 1, ...texts)
    const reads: [number, number][] = []
    const storage = world.disk.open(`room/${room}`)
    const range = storage.range.bind(storage)
    storage.range = (table, from, to, maxBytes) => {
      reads.push([from, to])
      return range(table, from, to, maxBytes)
    }
    const { Timeline } = await import('./timeline.ts')
    const timeline = new Timeline(storage)
    await timeline.load()
    reads.length = 0
    await timeline.page('older', 150, 10, 1)
    expect(reads).toEqual([[149, 140]])
  })
})
