import { giveBackIdleMemory } from './idle-memory.ts'
import { giveHeapRoom } from './room.ts'

/** Has V8 take memory where that saves time, and give it back where nothing is to be done. The answer ends it. */
export function tendHeap(): () => void {
  const ends = [giveHeapRoom(), giveBackIdleMemory()]
  return () => {
    for (const end of ends) end()
  }
}
