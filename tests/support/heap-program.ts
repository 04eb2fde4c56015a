import { tendHeap } from '#node-host/heap/heap.ts'

/**
 * Fills some memory, so little that V8 need not collect all of it, forgets everything and falls silent: ends well when
 * its heap has shrunk again.
 */
const OBJECTS = 300_000
const LOOK_EVERY_MS = 100
/** V8 itself begins after 100 s, without us. */
const GIVE_UP_MS = 45_000

tendHeap(1)
const full = fill()
const start = performance.now()
setInterval(() => {
  if (process.memoryUsage().heapTotal < full / 3) process.exit(0)
  if (performance.now() - start > GIVE_UP_MS) process.exit(1)
}, LOOK_EVERY_MS)

function fill(): number {
  const held = Array.from({ length: OBJECTS }, (_, i) => ({ i, more: [i] }))
  return held.length > 0 ? process.memoryUsage().heapTotal : 0
}
