import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Log } from '#durable/ports/log.ts'
import { writeBackup } from '#workers/backup/write.ts'
import { openLog } from '../log.ts'
import type { Settings } from '../settings-schema.ts'
import { StartError } from '../start-error.ts'
import { FORMAT_FILE } from '../store/format-file.ts'
import { openEdge } from './open-edge.ts'
import { openWhole, type WholeStore } from './open-whole.ts'
import { sourceOf } from './source.ts'

/** An archive as it is written. */
export type ArchiveAtRest = {
  readonly archive: Readable
  /** Resolves when what it is of is closed, also where the archive broke off. */
  readonly closed: Promise<void>
}

const LET_IN =
  'the server was not reached for some minutes and has let people in again, so it is not of one moment: make it once more'

/** A backup of what a host has left that does not run. */
export async function backupAtRest(settings: Settings, withFiles: boolean): Promise<ArchiveAtRest> {
  if (settings.redisUrl === undefined) await assertThere(settings.data)
  const log = openLog(settings.logLevel, process.stdout.isTTY)
  return backupOf(await openWhole(settings, log), withFiles, log)
}

/** A backup of a Snug on workerd, which nobody uses meanwhile. */
export async function backupOfEdge(url: string, settings: Settings, withFiles: boolean): Promise<ArchiveAtRest> {
  const whole = await openEdge(url, settings)
  const isNamedOnly = settings.s3Url === undefined
  return backupOf(whole, withFiles && !isNamedOnly, openLog(settings.logLevel, process.stdout.isTTY))
}

async function backupOf({ store, contents, close }: WholeStore, withFiles: boolean, log: Log): Promise<ArchiveAtRest> {
  await store.holdSnapshot()
  store.openSnapshot()
  const rows = () => store.snapshotRows()
  const closed = Promise.withResolvers<void>()
  const end = async (failure?: unknown) => {
    const wasAlone = await close().finally(closed.resolve)
    if (failure === undefined && !wasAlone) throw new Error(LET_IN)
  }
  const source = sourceOf({ rows, contents: withFiles ? contents : undefined, log, end })
  const archive = Readable.fromWeb(writeBackup(source) as Parameters<typeof Readable.fromWeb>[0])
  return { archive, closed: closed.promise }
}

/** Who names the wrong folder is not to be given a new one. */
async function assertThere(data: string): Promise<void> {
  const names: string[] = await readdir(data).catch(() => [])
  if (!names.includes(FORMAT_FILE))
    throw new StartError(`There is nothing of Snug in the folder ${data}: name the right one with --data.`)
}
