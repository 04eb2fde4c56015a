import { totalmem } from 'node:os'
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const MIB = 1024 * 1024
const ROOM_BYTES = 128 * MIB
/** A small machine, or one that may use little, gives so much of its memory. */
const PART_OF_MEMORY = 8
/** What is said applies to what survives the next collection, which may be more than survived this one. */
const SMALLEST_HEAP_BYTES = 16 * MIB
/** Left to V8: it decides by how fast it collects. */
const BY_ITSELF = 0

/**
 * Lets a small heap grow by up to 128 MiB before V8 collects all of it. V8 lets a heap grow in proportion to what survived,
 * which on this host is little: after a quiet minute it marked the whole heap five times a second under load, on four
 * threads that take the cores from whoever sends a message (docs/decisions/0016-room-for-a-small-heap.md). What was
 * taken is given back when the host is quiet (idle-memory.ts). Once for each thread; the answer ends it.
 */
export function giveHeapRoom(): () => void {
  const room = roomBytes(memoryBytes())
  setGrowth(growthPercent(SMALLEST_HEAP_BYTES, room))
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFullCollection)) setGrowth(growthPercent(survivingBytes(), room))
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

/** By how much of what survived the last full collection the heap may grow until the next. */
export function growthPercent(bytes: number, room: number): number {
  if (bytes >= room) return BY_ITSELF
  return Math.ceil((100 * room) / Math.max(bytes, SMALLEST_HEAP_BYTES))
}

/** On a machine with so much memory. */
export function roomBytes(memory: number): number {
  return Math.min(ROOM_BYTES, memory / PART_OF_MEMORY)
}

/** What this process may use: the machine's, or what its control group has of it. */
function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
}

/** V8 reads it at the end of each full collection; of several threads the last one counts for all. */
function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/** Of what an observer of `gc` is told. */
function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } }
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}

/** Without the young generation, which holds what came since. */
function survivingBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith('new_'))
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}
