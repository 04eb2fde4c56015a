import { totalmem } from 'node:os'
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const MIB = 1024 * 1024
const ROOM_BYTES = 128 * MIB
/** Of a small machine's memory, or of what its control group has of it, the room is one part of so many. */
const PARTS_OF_MEMORY = 8
/** It is of what survives the next collection, which may be more than survived this one. */
const MOST_PERCENT = 400
/** Left to V8: it decides by how fast it collects. */
const BY_ITSELF = 0

/**
 * Lets a small heap grow by up to 128 MiB, a share of them for each thread, and to five times what survived at most,
 * before V8 collects all of it. V8 lets a heap grow in proportion to what survived, which on this host is little: after
 * a quiet minute it marked the whole heap five times a second under load, on four threads that take the cores from
 * whoever sends a message (docs/decisions/0016-room-for-a-small-heap.md). What was taken is given back when the host is
 * quiet (idle-memory.ts). Once for each thread; the answer ends the watching.
 */
export function letHeapGrow(threads: number, setGrowth: (percent: number) => void = setGrowthOfAll): () => void {
  const room = roomBytes(usableBytes()) / threads
  setGrowth(growthPercent(0, room))
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFullCollection)) setGrowth(growthPercent(bytesThatSurvived(), room))
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

/** By how much of what survived the last full collection the heap may grow until the next. */
export function growthPercent(survivingBytes: number, room: number): number {
  if (survivingBytes >= room) return BY_ITSELF
  return Math.min(Math.ceil((100 * room) / survivingBytes), MOST_PERCENT)
}

/** On a machine with so much memory. */
export function roomBytes(memoryBytes: number): number {
  return Math.min(ROOM_BYTES, memoryBytes / PARTS_OF_MEMORY)
}

/** What this process may use: the machine's, or what its control group has of it. */
function usableBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
}

/** V8 reads it in each full collection. It is one for the process: of several threads the last one counts for all. */
function setGrowthOfAll(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/** Of what an observer of `gc` is told. */
function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } }
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}

/** Without the young generation, which holds what came since. */
function bytesThatSurvived(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith('new_'))
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}
