import { getHeapStatistics } from 'node:v8'
import { Script } from 'node:vm'

const MIB = 1024 * 1024
/** V8 looks every 8 s whether it may begin. */
const EVERY_MS = 2_500
/** What a quiet host makes in that time. */
const QUIET_BYTES = MIB
const WORTHWHILE_BYTES = 16 * MIB
/** Of memory outside of its heap V8 begins to collect at 64 MiB, and stops everything for it at 128. */
const NUDGE_BYTES = 80 * MIB

/**
 * Lets V8 give back, in small steps, what it took under load and a quiet host does not need. By itself it would not for
 * minutes: it asks how fast each of its heaps grows, and where the answer is exactly 0 it takes the host for busy. The
 * heap of C++ objects, in which Node has almost nothing, always answers so. A script of nothing is an object there and
 * takes 10 us (docs/decisions/0014-memory-of-a-quiet-host.md). And it asks only once it has collected everything, which
 * a small heap seldom needs (room.ts): so it is nudged. Once for each thread; the answer ends it.
 */
export function giveBackIdleMemory(): () => void {
  let used = 0
  let least = Number.POSITIVE_INFINITY
  const timer = setInterval(() => {
    new Script('')
    const { used_heap_size, total_heap_size } = getHeapStatistics()
    const isQuiet = Math.abs(used_heap_size - used) < QUIET_BYTES
    used = used_heap_size
    least = Math.min(least, total_heap_size)
    if (!isQuiet || total_heap_size - least < WORTHWHILE_BYTES) return
    least = total_heap_size
    nudge()
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** Has V8 collect everything, in steps. The memory is promised by the kernel and never touched. */
function nudge(): void {
  try {
    new ArrayBuffer(NUDGE_BYTES)
  } catch {
    // Where so much is not even promised, V8 goes by its own time.
  }
}
