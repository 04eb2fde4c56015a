import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { StartError } from '../start-error.ts'
import { codeOf } from '../store/system-words.ts'
import { BACKUP_PATH, controlPath, WITHOUT_FILES } from './control-server.ts'

/** Nobody is there: no host runs on this folder. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

/** The backup that the host of a data folder makes while it runs; nothing where none runs. */
export async function askForBackup(data: string, withFiles: boolean): Promise<Readable | undefined> {
  const response = await ask(controlPath(data), `${BACKUP_PATH}${withFiles ? '' : `?${WITHOUT_FILES}`}`)
  if (!response || response.statusCode === 200) return response
  throw new StartError(`The backup was not made: ${(await text(response)).trim()}`)
}

function ask(socketPath: string, path: string): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, method: 'POST' }, resolve)
      .on('error', (error) => (NOBODY.has(String(codeOf(error))) ? resolve(undefined) : reject(error)))
      .end()
  })
}
