import { letHeapGrow } from './growth.ts'
import { giveBackIdleMemory } from './idle-memory.ts'

/**
 * Has V8 take memory where that saves time, and give it back where nothing is to be done. Each of `threads` calls it
 * once; the answer ends it.
 */
export function tendHeap(threads: number): () => void {
  const ends = [letHeapGrow(threads), giveBackIdleMemory()]
  return () => {
    for (const end of ends) end()
  }
}
