import { getHeapStatistics, type HeapInfo } from 'node:v8'
import { Script } from 'node:vm'

const MIB = 1024 * 1024
/** V8 looks every 8 s whether it may begin. */
const EVERY_MS = 2_500
/** A quiet host makes less than this in that time, and works less. A busy heap goes up and down: one is not enough. */
const QUIET_BYTES = MIB
const QUIET_SHARE = 0.1
const WORTHWHILE_BYTES = 16 * MIB
/** V8 begins to collect when 64 MiB outside of its heap came since the last time. */
const NUDGE_BYTES = 65 * MIB

/**
 * Lets V8 give back, in small steps, what it took under load and a quiet host does not need. By itself it would not for
 * minutes: it asks how fast each of its heaps grows, and where the answer is exactly 0 it takes the host for busy. The
 * heap of C++ objects, in which Node has almost nothing, always answers so. A script of nothing is an object there and
 * takes 10 us (docs/decisions/0014-memory-of-a-quiet-host.md). And it asks only once it has collected everything, which
 * a small heap seldom needs (growth.ts): so it is nudged. Once for each thread; the answer ends it.
 */
export function giveBackIdleMemory(): () => void {
  const isQuiet = quietWatch()
  let leastBytes = Number.POSITIVE_INFINITY
  const timer = setInterval(() => {
    new Script('')
    const heap = getHeapStatistics()
    const quiet = isQuiet(heap)
    leastBytes = Math.min(leastBytes, heap.total_heap_size)
    if (!quiet || heap.total_heap_size - leastBytes < WORTHWHILE_BYTES || !canNudge(heap)) return
    leastBytes = heap.total_heap_size
    nudge()
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** Whether the host has been quiet since it was asked last. */
function quietWatch(): (heap: HeapInfo) => boolean {
  let usedBytes = 0
  let load = performance.eventLoopUtilization()
  return ({ used_heap_size }) => {
    const madeBytes = Math.abs(used_heap_size - usedBytes)
    const { utilization } = performance.eventLoopUtilization(load)
    usedBytes = used_heap_size
    load = performance.eventLoopUtilization()
    return madeBytes < QUIET_BYTES && utilization < QUIET_SHARE
  }
}

/** Where half of what its heap may be lies outside of it, V8 stops everything and collects at once. */
function canNudge({ heap_size_limit, external_memory }: HeapInfo): boolean {
  return external_memory + NUDGE_BYTES < heap_size_limit / 2
}

/** Has V8 collect everything, in steps. The memory is promised by the kernel and never touched. */
function nudge(): void {
  try {
    new ArrayBuffer(NUDGE_BYTES)
  } catch {
    // So much is not even promised: V8 has just collected what it could.
  }
}
