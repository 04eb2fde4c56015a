import { spawn } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { damaged } from './damage.ts'
import { removeWhole, syncFolder, writeWhole } from './files.ts'

/** Beside this file in the source, and below the file that this one is bundled into. */
const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './inspect.ts' : './store/inspect.js', import.meta.url),
)

/** With what that process ends where something cannot be read, and by what where reading it has ended the process. */
export const DAMAGED = 3
const DIED_OF_IT: readonly unknown[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE']

/** What the log says of a folder that has to be read through. */
export const DOUBT = 'the last stop was not in good order: the data is read through first'

const LEFT_FILE = 'left.json'

/** How the files of the trees were when a host last left them in good order: by the name of their partition. */
const leftSchema = z.record(z.string(), z.string())

/**
 * Makes sure that what is in a folder can be read: where its files are as a host has left them, that is known; else they
 * are read through once, in a process that may die of it (`onDoubt`: that takes a while). Throws a StartError where they
 * are damaged, or could not be looked through.
 */
export async function inspect(folder: string, partitions: readonly string[], onDoubt: () => void): Promise<void> {
  const left = await readLeft(folder)
  const now = await stateOf(folder, partitions)
  const doubtful = partitions.filter((partition) => now[partition] !== undefined && now[partition] !== left[partition])
  if (doubtful.length > 0) {
    onDoubt()
    await readThrough(folder, doubtful)
  }
}

/** From here on the folder may be left in any way. */
export async function enter(folder: string): Promise<void> {
  await rm(join(folder, LEFT_FILE), { force: true })
  await syncFolder(folder)
}

/** The folder is left in good order. Where that cannot be written, on a full disk, it is read through the next time. */
export async function leave(folder: string, partitions: readonly string[]): Promise<void> {
  const path = join(folder, LEFT_FILE)
  try {
    await writeWhole(path, `${JSON.stringify(await stateOf(folder, partitions))}\n`)
  } catch {
    await removeWhole(path).catch(() => {})
  }
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
  const child = spawn(process.execPath, [PROGRAM, folder, ...partitions], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text) => {
      said[stream] += text
    })
  const end = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  if (end === 0) return
  const partition = said.stdout.trim().split('\n').at(-1)
  if (end === DAMAGED || DIED_OF_IT.includes(end)) throw damaged(folder, `${partition}/data.mdb cannot be read`)
  const why = said.stderr.trim().split('\n').at(-1)
  throw new StartError(`The data folder ${folder} could not be looked through (${why || end}): start again.`)
}
