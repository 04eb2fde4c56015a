import { Script } from 'node:vm'

/** V8 looks every 8 s whether it may begin. */
const EVERY_MS = 5_000

/**
 * Lets V8 give back, in small steps, what it took under load and a quiet host does not need. By itself it would not for
 * minutes: it asks how fast each of its heaps grows, and where the answer is exactly 0 it takes the host for busy. The
 * heap of C++ objects, in which Node has almost nothing, always answers so. A script of nothing is an object there and
 * takes 10 us (docs/decisions/0014-memory-of-a-quiet-host.md). Once for each thread; the answer ends it.
 */
export function giveBackIdleMemory(): () => void {
  const timer = setInterval(() => new Script(''), EVERY_MS)
  return () => clearInterval(timer)
}
