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

/** A backup of what a host has left that does not run. */
export async function backupAtRest(settings: Settings, withFiles: boolean): Promise<Readable> {
  if (settings.redisUrl === undefined) await assertThere(settings.data)
  const log = openLog(settings.logLevel, process.stdout.isTTY)
  return backupOf(await openWhole(settings, log), withFiles, log)
}

/** A backup of a Snug on workerd, which nobody uses meanwhile. */
export async function backupOfEdge(url: string, settings: Settings, withFiles: boolean): Promise<Readable> {
  const whole = await openEdge(url, settings)
  const isNamedOnly = settings.s3Url === undefined
  return backupOf(whole, withFiles && !isNamedOnly, openLog(settings.logLevel, process.stdout.isTTY))
}

async function backupOf({ store, contents, close }: WholeStore, withFiles: boolean, log: Log): Promise<Readable> {
  await store.holdSnapshot()
  store.openSnapshot()
  const rows = () => store.snapshotRows()
  const source = sourceOf({ rows, contents: withFiles ? contents : undefined, log, end: () => close() })
  return Readable.fromWeb(writeBackup(source) as Parameters<typeof Readable.fromWeb>[0])
}

/** Who names the wrong folder is not to be given a new one. */
async function assertThere(data: string): Promise<void> {
  const names: string[] = await readdir(data).catch(() => [])
  if (!names.includes(FORMAT_FILE))
    throw new StartError(`There is nothing of Snug in the folder ${data}: name the right one with --data.`)
}
