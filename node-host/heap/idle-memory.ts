import { getHeapStatistics, type HeapInfo } from 'node:v8'
import { Script } from 'node:vm'
import { quietWatch } from './quiet.ts'

const MIB = 1024 * 1024
/** V8 looks every 8 s whether it may begin. */
const EVERY_MS = 2_500
const WORTHWHILE_BYTES = 16 * MIB
/** V8 begins to collect when 64 MiB outside of its heap came since the last time. */
const NUDGE_BYTES = 65 * MIB
/** By then V8 has done with one what it does. */
const NUDGES_APART_MS = 60_000

/**
 * Lets V8 give back, in small steps, what it took under load and a quiet host does not need. By itself it would not for
 * minutes: it asks how fast each of its heaps grows, and where the answer is exactly 0 it takes the host for busy. The
 * heap of C++ objects, in which Node has almost nothing, always answers so. A script of nothing is an object there and
 * takes 10 us (docs/decisions/0014-memory-of-a-quiet-host.md). And it asks only once it has collected everything, which
 * a small heap seldom needs (growth.ts): so it is nudged. Once for each thread; the answer ends it.
 */
export function giveBackIdleMemory(): () => void {
  const isQuiet = quietWatch()
  let leastBytes = getHeapStatistics().total_heap_size
  let notBeforeMs = 0
  const timer = setInterval(() => {
    new Script('')
    const heap = getHeapStatistics()
    const quiet = isQuiet(heap)
    leastBytes = Math.min(leastBytes, heap.total_heap_size)
    const isWorthwhile = heap.total_heap_size - leastBytes >= WORTHWHILE_BYTES
    if (!quiet || !isWorthwhile || performance.now() < notBeforeMs || !canNudge(heap)) return
    notBeforeMs = performance.now() + NUDGES_APART_MS
    if (nudge()) leastBytes = heap.total_heap_size
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Where half of what its heap may be lies outside of it, V8 stops everything and collects at once. */
function canNudge({ heap_size_limit, external_memory }: HeapInfo): boolean {
  return external_memory + NUDGE_BYTES < heap_size_limit / 2
}

/** Has V8 collect everything, in steps. The memory is promised by the kernel and never touched. */
function nudge(): boolean {
  try {
    new ArrayBuffer(NUDGE_BYTES)
    return true
  } catch {
    // So much is not even promised.
    return false
  }
}
