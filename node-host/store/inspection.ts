import { spawn } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { syncFolder, writeWhole } from './files.ts'

/** Beside this file in the source, and below the file that this one is bundled into. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './inspect.ts' : './store/inspect.js', import.meta.url)
/** What the log says of a folder that has to be read through. */
export const DOUBT = 'the last stop was not in good order: the data is read through first'

const LEFT_FILE = 'left.json'

/** How the files of the trees were when a host last left them in good order: by the name of their partition. */
const leftSchema = z.record(z.string(), z.string())

/**
 * Makes sure that what is in a folder can be read: where its files are as a host has left them, that is known; else they
 * are read through once, in a process that may die of it (`onDoubt`: that takes a while). Throws a StartError where they are damaged.
 */
export async function inspect(folder: string, partitions: readonly string[], onDoubt: () => void): Promise<void> {
  const left = await readLeft(folder)
  const now = await stateOf(folder, partitions)
  const doubtful = partitions.filter((partition) => now[partition] !== undefined && now[partition] !== left[partition])
  if (doubtful.length > 0) {
    onDoubt()
    await readThrough(folder, doubtful)
  }
  // From here on they change.
  await rm(join(folder, LEFT_FILE), { force: true })
  await syncFolder(folder)
}

/** The folder is left in good order. */
export async function leave(folder: string, partitions: readonly string[]): Promise<void> {
  await writeWhole(join(folder, LEFT_FILE), `${JSON.stringify(await stateOf(folder, partitions))}\n`)
}

async function readLeft(folder: string): Promise<z.infer<typeof leftSchema>> {
  try {
    return leftSchema.parse(JSON.parse(await readFile(join(folder, LEFT_FILE), 'utf8')))
  } catch {
    // None was left: the host was killed, or is older.
    return {}
  }
}

async function stateOf(folder: string, partitions: readonly string[]): Promise<z.infer<typeof leftSchema>> {
  const states = partitions.map(async (partition) => {
    const file = await stat(join(folder, partition, 'data.mdb'), { bigint: true }).catch(() => undefined)
    return file ? [[partition, `${file.size} ${file.mtimeNs}`] as const] : []
  })
  return Object.fromEntries((await Promise.all(states)).flat())
}

async function readThrough(folder: string, partitions: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM.pathname, folder, ...partitions], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  const partition = said.trim().split('\n').at(-1)
  throw new StartError(
    `The data folder ${folder} is damaged: ${partition}/data.mdb cannot be read. Put back a copy of the folder from before.`,
  )
}
