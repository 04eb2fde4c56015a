import { CommitLog } from './commit-log.ts'
import { type LogPlace, readLog } from './log-reading.ts'
import { systemWords } from './system-words.ts'
import type { Trees } from './trees.ts'

/**
 * Moves what an earlier process left in a log into the trees, and opens the log. Its files are made where there are none,
 * and begun anew where they held something, or are of an older Snug.
 */
export async function recover(trees: Trees, at: LogPlace, mayBeNew: boolean): Promise<CommitLog> {
  const { state } = trees
  const batches = await readLog(at, state, mayBeNew)
  const moved = state.moved + batches.length
  if (batches.length > 0) await store(trees, batches, moved)
  if (state.marks && batches.length === 0) return CommitLog.open(at, state.marks, moved)
  // Only now: their batches counted until they were in the trees.
  const marks = await CommitLog.make(at, moved)
  await trees.remember({ moved, marks })
  return CommitLog.open(at, marks, moved)
}

async function store(trees: Trees, batches: readonly Buffer[], last: number): Promise<void> {
  for (const batch of batches) trees.show(batch)
  try {
    await trees.move(last, async () => trees.state.marks)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const reason = systemWords(error) ?? `perhaps since the disk is full (${message})`
    throw new Error(`what was written last cannot be stored, ${reason}`, { cause: error })
  }
}
