import { chmod, type FileHandle, mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'

/** Raised when an older Snug could not read what this one writes. */
const FORMAT = 1
/** Each partition syncs for itself: more would spoil the group commit, fewer would leave cores idle. */
const NEW_PARTITIONS = 4

const LOCK_FILE = 'lock'
const FORMAT_FILE = 'format.json'
const FORMAT_DRAFT = 'format.json.new'

const formatSchema = z.object({ format: z.int(), partitions: z.int().check(z.minimum(1), z.maximum(64)) })
type Format = z.infer<typeof formatSchema>

export type DataFolder = { readonly partitions: number; release(): Promise<void> }

/**
 * Makes this process the one owner of a data folder, and makes the folder where there is none. The kernel drops the
 * lock with the process, however that ends. Changes nothing in a folder that is not ours to change.
 */
export async function openFolder(path: string): Promise<DataFolder> {
  try {
    await makeFolder(path)
    await assertOurs(path)
    const lock = await open(join(path, LOCK_FILE), 'a', 0o600)
    try {
      return { partitions: await own(path, lock), release: () => lock.close() }
    } catch (error) {
      await lock.close()
      throw error
    }
  } catch (error) {
    throw error instanceof StartError ? error : cannotUse(path, error)
  }
}

/** With its parents. Not mkdir's own `recursive`, which never ends where the system refuses with ENOENT (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o700 })
  }
}

async function own(path: string, lock: FileHandle): Promise<number> {
  if (!tryLock(lock.fd)) throw new StartError(`The data folder ${path} is in use by another Snug.`)
  const format = await readFormat(path)
  await chmod(path, 0o700)
  if (format) return format.partitions
  await writeFormat(path, { format: FORMAT, partitions: NEW_PARTITIONS })
  return NEW_PARTITIONS
}

/** A folder is ours when it says its format, or is empty but for what an interrupted first start leaves. */
async function assertOurs(path: string): Promise<void> {
  const names = await readdir(path)
  const leftovers = new Set([LOCK_FILE, FORMAT_DRAFT])
  if (!names.includes(FORMAT_FILE) && names.some((name) => !leftovers.has(name))) {
    throw new StartError(`The folder ${path} holds other files: give --data an empty or a new folder.`)
  }
}

async function readFormat(path: string): Promise<Format | undefined> {
  const text = await readFile(join(path, FORMAT_FILE), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const format = z.safeParse(formatSchema, parseJson(text))
  if (!format.success) throw new StartError(`The data folder ${path} is damaged: its ${FORMAT_FILE} cannot be read.`)
  if (format.data.format > FORMAT) {
    throw new StartError(`The data folder ${path} was written by a newer Snug: start that version, or a later one.`)
  }
  return format.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Written aside and renamed, so that it is there whole or not at all. */
async function writeFormat(path: string, format: Format): Promise<void> {
  const draft = join(path, FORMAT_DRAFT)
  const file = await open(draft, 'w', 0o600)
  await file.writeFile(`${JSON.stringify(format)}\n`)
  await file.sync()
  await file.close()
  await rename(draft, join(path, FORMAT_FILE))
  const folder = await open(path)
  await folder.sync()
  await folder.close()
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'it cannot be made there',
}

function cannotUse(path: string, error: unknown): StartError {
  const code = codeOf(error)
  return new StartError(`The data folder ${path} cannot be used: ${reasons[code] ?? code}.`, { cause: error })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
