import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Listener } from '#node-host/listener.ts'
import { FolderInUse, takeFolder } from '#node-host/store/folder.ts'
import { CLAIM_FILE, claimSecret } from './claim.ts'

const LOCK_PATIENCE_MS = 2_000
const LOCK_RETRY_MS = 50

export type Data = { readonly lock: FileHandle; readonly secret: string }

/**
 * Makes this launcher the one owner of the data, and sees that the port is free: its words are those of node-host, where
 * those of workerd are for people who know it. What it starts may outlive a launcher that was killed by a moment, and
 * has the lock until then.
 */
export async function openData(host: string, port: number, folder: string): Promise<Data> {
  const data = await takeData(folder)
  const probe = await Listener.open(host, port)
  await probe.closeAll()
  return data
}

async function takeData(folder: string): Promise<Data> {
  for (const until = performance.now() + LOCK_PATIENCE_MS; ; await sleep(LOCK_RETRY_MS)) {
    try {
      return await takeFolder(folder, CLAIM_FILE, async (lock) => {
        return { lock, secret: await claimSecret(join(folder, CLAIM_FILE)) }
      })
    } catch (error) {
      if (!(error instanceof FolderInUse) || performance.now() > until) throw error
    }
  }
}
