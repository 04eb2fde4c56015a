import { PerformanceObserver } from 'node:perf_hooks'
import { tendHeap } from '#node-host/heap/heap.ts'
import { giveBackIdleMemory } from '#node-host/heap/idle-memory.ts'
import { isFullCollection } from '#node-host/heap/room.ts'

/**
 * Fills some memory, forgets everything and falls silent; works again when its heap has shrunk, and says how often V8
 * collected all of it then. `without-room` does without what lets a small heap grow.
 */
const OBJECTS = 300_000
const LOOK_EVERY_MS = 100
/** V8 itself begins after 100 s, without us. */
const GIVE_UP_MS = 50_000
/** About 20 MB are held at any time, and each object lives long enough to become old: 1 GB in all. */
const HELD = 300_000
const MADE = 15_000_000
const MADE_IN_A_TURN = 50_000

let collections = 0
new PerformanceObserver((list) => {
  collections += list.getEntries().filter(isFullCollection).length
}).observe({ entryTypes: ['gc'] })

if (process.argv[2] === 'without-room') giveBackIdleMemory()
else tendHeap()
const full = fill()
const start = performance.now()
const looking = setInterval(() => {
  if (process.memoryUsage().heapTotal < full / 3) {
    clearInterval(looking)
    collections = 0
    work([], 0)
  } else if (performance.now() - start > GIVE_UP_MS) process.exit(1)
}, LOOK_EVERY_MS)

function fill(): number {
  const held = Array.from({ length: OBJECTS }, (_, i) => ({ i, more: [i] }))
  return held.length > 0 ? process.memoryUsage().heapTotal : 0
}

function work(held: object[], from: number): void {
  if (from >= MADE) {
    process.stdout.write(String(collections), () => process.exit(0))
    return
  }
  for (let i = from; i < from + MADE_IN_A_TURN; i++) held[i % HELD] = { i, more: [i] }
  setImmediate(() => work(held, from + MADE_IN_A_TURN))
}
