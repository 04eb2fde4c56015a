import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { writeBackup } from '#workers/backup/write.ts'
import { openLog } from '../log.ts'
import type { Settings } from '../settings-schema.ts'
import { StartError } from '../start-error.ts'
import { FORMAT_FILE } from '../store/format-file.ts'
import { openWhole } from './open-whole.ts'
import { sourceOf } from './source.ts'

/** A backup of what a host has left that does not run. */
export async function backupAtRest(settings: Settings, withFiles: boolean): Promise<Readable> {
  if (settings.redisUrl === undefined) await assertThere(settings.data)
  const log = openLog(settings.logLevel, process.stdout.isTTY)
  const { store, contents, close } = await openWhole(settings, log)
  const source = sourceOf({
    rows: () => store.snapshotRows(),
    contents: withFiles ? contents : undefined,
    log,
    end: close,
  })
  await store.holdSnapshot()
  store.openSnapshot()
  return Readable.fromWeb(writeBackup(source) as Parameters<typeof Readable.fromWeb>[0])
}

/** Who names the wrong folder is not to be given a new one. */
async function assertThere(data: string): Promise<void> {
  const names: string[] = await readdir(data).catch(() => [])
  if (!names.includes(FORMAT_FILE))
    throw new StartError(`There is nothing of Snug in the folder ${data}: name the right one with --data.`)
}
