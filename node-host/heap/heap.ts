import { letHeapGrow } from './growth.ts'
import { giveBackIdleMemory } from './idle-memory.ts'

/** Has V8 take memory where that saves time, and give it back where nothing is to be done. The answer ends it. */
export function tendHeap(): () => void {
  const ends = [letHeapGrow(), giveBackIdleMemory()]
  return () => {
    for (const end of ends) end()
  }
}
