import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Log } from '#durable/ports/log.ts'
import type { ObjectsSetup } from '../object-store/take.ts'
import type { SnapshotCalls } from './snapshot-desk.ts'

/** A socket in the data folder, through which whoever runs the host on this machine asks it for what nobody else may have. */
const CONTROL_SOCKET = 'control'
export const BACKUP_PATH = '/backup'
/** Asks for a backup that names files, and does not hold them. */
export const WITHOUT_FILES = 'without-files'
const ARCHIVE_TYPE = 'application/x-tar'

/** What the system takes as the name of a socket. */
const MAX_PATH_BYTES = 107

export type ControlOptions = {
  readonly data: string
  readonly log: Log
  /** Of the threads that run now. */
  readonly shares: () => readonly SnapshotCalls[]
  readonly objects: ObjectsSetup
}

export function controlPath(data: string): string {
  return join(resolve(data), CONTROL_SOCKET)
}

/** Opens it, where an earlier host may have left one. */
export async function openControlSocket(options: ControlOptions): Promise<{ close(): void }> {
  const path = controlPath(options.data)
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    options.log.warn('the path of the data folder is too long for a socket: to make a backup, stop Snug first', {
      path,
    })
    return { close: () => {} }
  }
  // Whose messages are kept on a server elsewhere may have no folder yet.
  await mkdir(options.data, { recursive: true, mode: 0o700 })
  const server = createServer(getRequestListener(controlApp(options).fetch))
  try {
    await rm(path, { force: true })
    await new Promise<void>((opened, failed) => {
      server.once('error', failed)
      server.listen(path, opened)
    })
    await chmod(path, 0o600)
  } catch (error) {
    // Some file systems have none.
    options.log.warn('there is no socket in the data folder: to make a backup, stop Snug first', { path, error })
  }
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function controlApp({ log, shares, objects }: ControlOptions): Hono {
  const app = new Hono()
  let isBusy = false
  app.post(BACKUP_PATH, async (c) => {
    if (isBusy) return c.text('A backup is being made already.\n', 409)
    isBusy = true
    try {
      const { openBackup } = await import('./open-backup.ts')
      const withFiles = c.req.query(WITHOUT_FILES) === undefined
      const archive = await openBackup({ shares: shares(), objects, withFiles, log }, () => {
        isBusy = false
      })
      return c.body(archive as ReadableStream<Uint8Array<ArrayBuffer>>, 200, { 'content-type': ARCHIVE_TYPE })
    } catch (error) {
      isBusy = false
      throw error
    }
  })
  app.onError((error, c) => {
    log.error('a backup could not be made', { error })
    return c.text(`${error.message}\n`, 500)
  })
  return app
}
