import { mkdtemp, open, readdir, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sizeOf } from '../size.ts'
import { type Check, type Finding, fine, reasonOf, unknown, warning, wrong } from './finding.ts'

const MIB = 1024 * 1024
const NO_ROOM_BYTES = 4 * MIB
const LITTLE_ROOM_BYTES = 1024 * MIB
const LITTLE_SHARE = 0.05
const SYNCS = 21
const BLOCK = new Uint8Array(4096).fill(1)
/** tmpfs and ramfs, as the kernel calls them. */
const IN_MEMORY: readonly number[] = [0x01021994, 0x858458f6]
const SLOW_MS = 20

/** Room, and how long a sync takes. */
export const disk: Check = {
  name: 'disk',
  async run({ settings: { data } }) {
    const folder = await nearest(data)
    try {
      return [await room(folder), await syncing(folder)]
    } catch (error) {
      return [unknown(`the disk of ${folder} (${reasonOf(error)})`, 'Run it as the user who runs Snug.')]
    }
  },
}

/** The folder, or the one in which it would be made. */
async function nearest(path: string): Promise<string> {
  const isThere = await readdir(path).then(
    () => true,
    () => false,
  )
  return isThere || dirname(path) === path ? path : nearest(dirname(path))
}

async function room(folder: string): Promise<Finding> {
  const { type, blocks, bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const what = `${sizeOf(free)} are free in ${folder}`
  if (blocks === 0) return unknown(`how much is free in ${folder}`, 'This file system does not say.')
  if (free < NO_ROOM_BYTES) return wrong(what, 'Make room: without it nothing is stored, and Snug does not start.')
  if (IN_MEMORY.includes(type))
    return warning(what, 'They are in memory: all that is kept there ends with the machine.')
  if (free < LITTLE_ROOM_BYTES || bavail / blocks < LITTLE_SHARE)
    return warning(what, 'Make room soon: when the disk is full, Snug stops rather than lose a message.')
  return fine(what)
}

async function syncing(folder: string): Promise<Finding> {
  const latency = await syncLatencyMs(folder)
  const what = `a sync in ${folder} takes ${latency.toFixed(2)} ms`
  if (latency > SLOW_MS) return warning(what, 'Each message waits for one: a faster disk makes Snug faster.')
  return fine(what)
}

/** The median of some. */
async function syncLatencyMs(folder: string): Promise<number> {
  const place = await mkdtemp(join(folder, '.doctor-'))
  try {
    const file = await open(join(place, 'sync'), 'w')
    const times: number[] = []
    for (let i = 0; i < SYNCS; i++) {
      await file.write(BLOCK)
      const start = performance.now()
      await file.datasync()
      times.push(performance.now() - start)
    }
    await file.close()
    return times.toSorted((a, b) => a - b)[SYNCS >> 1] ?? 0
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
