import { type FileHandle, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'
import { Listener, PortTaken } from '#node-host/listener.ts'
import type { Settings } from '#node-host/settings-schema.ts'
import { damaged } from '#node-host/store/damage.ts'
import { FolderInUse, takeFolder } from '#node-host/store/folder.ts'
import type { FolderKind } from '#node-host/store/folder-kinds.ts'
import { formatSchema, readFormat, writeFormat } from '#node-host/store/format-file.ts'
import { claimSecret } from './claim.ts'
import { StoredClasses } from './classes.ts'

/** Raised when an older Snug could not read what this one writes. A folder says it once it has served. */
const FORMAT = 1

const PATIENCE_MS = 2_000
const RETRY_MS = 50

const folderSchema = z.extend(formatSchema, {
  /** Those in which an object has stored something: one that holds nothing any more has lost it. */
  classes: z.optional(z.array(z.string())),
})

type Place = Pick<Settings, 'host' | 'port' | 'data'>

export type Data = {
  readonly lock: FileHandle
  readonly secret: string
  readonly classes: StoredClasses
}

/**
 * Sees that the port is free, and makes this launcher the one owner of the data: its words are those of node-host, where
 * those of workerd are for people who know it. What it starts may outlive a launcher that was killed by a moment, and
 * has both until then.
 */
export async function openData(place: Place, kind: FolderKind): Promise<Data> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(RETRY_MS)) {
    try {
      return await tryToOpen(place, kind)
    } catch (error) {
      if (!isHeld(error) || performance.now() > until) throw error
    }
  }
}

async function tryToOpen({ host, port, data }: Place, kind: FolderKind): Promise<Data> {
  const probe = await Listener.open(host, port)
  await probe.closeAll()
  return takeFolder(data, kind, async (lock) => {
    const known = await readFormat(data, folderSchema, FORMAT)
    if (known && !(await readdir(data)).some(kind.isPart)) throw damaged(data, `its folder ${kind.part} is missing`)
    const write = (stored: readonly string[]) => writeFormat(data, { format: FORMAT, classes: [...stored] })
    const classes = new StoredClasses({ data, part: kind.part, written: known?.classes, write })
    await classes.examine()
    return { lock, classes, secret: await claimSecret(data) }
  })
}

function isHeld(error: unknown): boolean {
  return error instanceof FolderInUse || error instanceof PortTaken
}
