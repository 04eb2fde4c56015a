import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { StoredClasses } from './classes.ts'

const PART = 'objects'
const ROOMS = 'snug-RoomObject'

async function dataWithRooms(count: number): Promise<{ data: string; rooms: string[] }> {
  const data = await mkdtemp(join(tmpdir(), 'snug-classes-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const folder = join(data, PART, ROOMS)
  await mkdir(folder, { recursive: true })
  const rooms = Array.from({ length: count }, (_, i) => join(folder, `${i}.sqlite`))
  for (const room of rooms) await writeFile(room, 'SQLite format 3\0')
  return { data, rooms }
}

test('however often it is asked to look meanwhile, it looks once more', async () => {
  const { data } = await dataWithRooms(1)
  const classes = new StoredClasses({ data, part: PART, written: undefined, write: async () => {} })
  const first = classes.remember()
  const others = Array.from({ length: 50 }, () => classes.remember())
  expect(new Set(others).size).toBeLessThanOrEqual(2)
  await Promise.all([first, ...others])
})

test('what was written down stays known, and one that has lost everything is missed', async () => {
  const { data, rooms } = await dataWithRooms(2)
  const written: string[][] = []
  const write = async (known: readonly string[]) => void written.push([...known])
  await new StoredClasses({ data, part: PART, written: undefined, write }).remember()
  expect(written).toEqual([[ROOMS]])
  for (const room of rooms) await rm(room)
  const next = new StoredClasses({ data, part: PART, written: [ROOMS], write })
  await expect(next.examine()).rejects.toThrow(`what was stored in its folder ${ROOMS} is missing`)
})

test('a database that goes while they are looked at is none', async () => {
  const { data, rooms } = await dataWithRooms(300)
  const remembering = new StoredClasses({ data, part: PART, written: undefined, write: async () => {} }).remember()
  for (const room of rooms.toReversed().slice(0, 100)) await rm(room)
  await remembering
})
