import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeObjects } from '../object-store/take.ts'
import type { Settings } from '../settings-schema.ts'
import { StartError } from '../start-error.ts'
import { OF_WORKERD } from '../store/folder-kinds.ts'
import { noContents, type ObjectContents } from './contents.ts'
import { EdgePause } from './edge-pause.ts'
import { EdgeStore } from './edge-store.ts'
import { openContents } from './open-contents.ts'
import type { WholeStore } from './open-whole.ts'
import { SnapshotStore } from './snapshot-store.ts'

/** Effects of what was done before the pause arrive within this. */
const QUIET_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 500

/** A Snug on workerd that runs: while it is open nobody is connected to it. */
export async function openEdge(url: string, settings: Settings): Promise<WholeStore> {
  const store = new EdgeStore(url, await secretFor(settings))
  const contents = await contentsFor(settings)
  const pause = await EdgePause.begin(store)
  try {
    await quiet(store)
  } catch (error) {
    // That it could not be ended, either, is no news.
    await pause.end().catch(() => {})
    throw error
  }
  return {
    store: new SnapshotStore(store),
    contents,
    close() {
      contents.close()
      return pause.end()
    },
  }
}

/** Given, or that of a data folder on this machine. */
async function secretFor({ data }: Settings): Promise<string> {
  const given = process.env.SNUG_BACKUP_SECRET
  if (given) return given
  const text = await readFile(join(data, OF_WORKERD.mark), 'utf8').catch(() => '')
  const secret = /^SNUG_CLAIM_SECRET=(\S+)$/m.exec(text)?.[1]
  if (secret === undefined)
    throw new StartError(
      'Say how Snug knows you: its secret as SNUG_BACKUP_SECRET, or its folder on this machine as --data.',
    )
  return secret
}

/** Files are where the Snug has them: on the store that its own settings name. */
async function contentsFor(settings: Settings): Promise<ObjectContents> {
  return settings.s3Url === undefined ? noContents : openContents(await takeObjects(settings))
}

/** What one actor has to tell another waits in its outbox: while some does, they are not of one moment. */
async function quiet(store: EdgeStore): Promise<void> {
  const until = performance.now() + QUIET_WITHIN_MS
  while (await hasEffects(store)) {
    if (performance.now() > until)
      throw new StartError('The server does not come to rest: the log says which effects cannot be carried out.')
    await sleep(LOOK_EVERY_MS)
  }
}

async function hasEffects(store: EdgeStore): Promise<boolean> {
  for await (const { table } of store.tables()) if (table === 'outbox') return true
  return false
}
