import type { Log } from '#durable/ports/log.ts'
import { writeBackup } from '#workers/backup/write.ts'
import type { ObjectsSetup } from '../object-store/take.ts'
import { openContents } from './open-contents.ts'
import type { SnapshotCalls } from './snapshot-desk.ts'
import { sourceOf } from './source.ts'
import { endSnapshot, renewSnapshot, rowsOf, takeSnapshot } from './whole-snapshot.ts'

export type BackupOptions = {
  readonly shares: readonly SnapshotCalls[]
  readonly objects: ObjectsSetup
  readonly withFiles: boolean
  readonly log: Log
}

/** A backup of a host that serves meanwhile, of the moment at which this resolves. */
export async function openBackup(
  { shares, objects, withFiles, log }: BackupOptions,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const contents = withFiles ? await openContents(objects) : undefined
  const end = async (failure?: unknown) => {
    if (failure !== undefined) log.error('a backup broke off', { error: failure })
    onEnd()
    contents?.close()
    await endSnapshot(shares)
  }
  try {
    await takeSnapshot(shares)
    log.info('a backup is being made')
    return writeBackup(
      sourceOf({ rows: () => rowsOf(shares), beforeObject: () => renewSnapshot(shares), contents, log, end }),
    )
  } catch (error) {
    await end()
    throw error
  }
}
