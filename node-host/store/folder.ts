import { randomUUID } from 'node:crypto'
import { chmod, type FileHandle, mkdir, open, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { damaged } from './damage.ts'
import { examine } from './examination.ts'
import { assertKind, type FolderKind, LOCK_FILE, OF_NODE_HOST } from './folder-kinds.ts'
import { formatSchema, readFormat, writeFormat } from './format-file.ts'
import { enter, inspect, leave } from './inspection.ts'
import { codeOf, FULL, systemWords } from './system-words.ts'

/**
 * Raised when an older Snug could not read what this one writes. 2: what is durable may still stand in a log. 3: the log
 * says whose it is.
 */
const FORMAT = 3
/** Each partition syncs for itself: more would spoil the group commit, fewer would leave cores idle. */
const NEW_PARTITIONS = 4
/** What a first start writes, and some. With less, databases would find out half way, and some end the process then. */
const ROOM_BYTES = 4 * 1024 * 1024

/** The part of a data folder in which stored files lie, where they are kept there. */
export const OBJECTS_FOLDER = 'objects'

const folderSchema = z.extend(formatSchema, {
  partitions: z.int().check(z.minimum(1), z.maximum(64)),
  /** Its partitions carry it too: one of another folder is not taken for one of this. */
  id: z.optional(z.string()),
  /** All partitions have been made: one that is not there any more is missing. */
  isWhole: z.optional(z.boolean()),
  /** So has the folder of stored files. Not there where they were always kept elsewhere. */
  hasObjects: z.optional(z.boolean()),
})

/** What a folder says of its partitions. */
export type FolderFormat = {
  readonly partitions: number
  readonly id: string
  readonly isWhole: boolean
  readonly hasObjects: boolean
}

export type FolderOptions = {
  /** It was not left in good order, and is read through. */
  readonly onDoubt: () => void
  /** Stored files are kept in it. */
  readonly keepsObjects: boolean
}

export type DataFolder = {
  readonly format: FolderFormat
  /** All its partitions are open, and the folder of stored files is there where it keeps them. */
  becomeWhole(): Promise<void>
  /** `inOrder`: every partition was closed, and none had failed. */
  release(inOrder: boolean): Promise<void>
}

/** Somebody else has the lock on the folder. */
export class FolderInUse extends StartError {}

/** Makes this process the one owner of a data folder of node-host. */
export function openFolder(path: string, { onDoubt, keepsObjects }: FolderOptions): Promise<DataFolder> {
  return takeFolder(path, OF_NODE_HOST, async (lock) => {
    const known = await readFormat(path, folderSchema, FORMAT)
    const { partitions: count = NEW_PARTITIONS, id = randomUUID(), isWhole = false, hasObjects = false } = known ?? {}
    const format = { partitions: count, id, isWhole, hasObjects }
    const partitions = Array.from({ length: count }, (_, i) => partitionName(i))
    if (keepsObjects && hasObjects) await assertObjects(path)
    await inspect(path, partitions, onDoubt)
    await examine(path, { places: new Map(partitions.map((name, i) => [name, placeOf(format, i)])), isWhole })
    // From here on it changes.
    await enter(path)
    if (known?.format !== FORMAT || known.id === undefined) await writeFormat(path, { format: FORMAT, ...format })
    return {
      format,
      async becomeWhole() {
        const whole = { ...format, isWhole: true, hasObjects: hasObjects || keepsObjects }
        if (isWhole && hasObjects === whole.hasObjects) return
        await writeFormat(path, { format: FORMAT, ...whole }).catch((error) => {
          throw cannotUse(path, error)
        })
      },
      async release(inOrder) {
        if (inOrder) await leave(path, partitions)
        await lock.close()
      },
    }
  })
}

/** Without it every file that anybody has sent would be gone, and nobody would hear of it before they look for one. */
async function assertObjects(path: string): Promise<void> {
  const names = await readdir(path)
  if (!names.includes(OBJECTS_FOLDER)) throw damaged(path, `its folder ${OBJECTS_FOLDER} is missing`)
}

/**
 * Makes this process the one owner of a folder, and makes the folder where there is none. The kernel drops the lock with
 * the process, and those it has left the lock to, however they end. Changes nothing in a folder that is not of its kind;
 * `own` writes the mark into a new one.
 */
export async function takeFolder<Taken>(
  path: string,
  kind: FolderKind,
  own: (lock: FileHandle) => Promise<Taken>,
): Promise<Taken> {
  try {
    await makeFolder(path)
    assertKind(path, await readdir(path), kind)
    const lock = await open(join(path, LOCK_FILE), 'a', 0o600)
    try {
      if (!tryLock(lock.fd))
        throw new FolderInUse(
          `The data folder ${path} is in use by another Snug: stop that one, or give --data another folder.`,
        )
      await assertRoom(path)
      const taken = await own(lock)
      await chmod(path, 0o700)
      return taken
    } catch (error) {
      await lock.close()
      throw error
    }
  } catch (error) {
    throw cannotUse(path, error)
  }
}

async function assertRoom(path: string): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(path)
  // Not every file system says what it has.
  if (blocks > 0 && bavail * bsize < ROOM_BYTES)
    throw new StartError(`The data folder ${path} cannot be used: ${FULL}.`)
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

export function partitionName(partition: number): string {
  return `partition-${partition}`
}

/** What a partition carries, so that it is not taken for another one. Part of the format. */
export function placeOf({ id, partitions }: FolderFormat, partition: number): string {
  return `${id} ${partition} ${partitions}`
}

/** In the words of whoever runs Snug, where the system's are known; what is a sentence already stays one. */
export function cannotUse(path: string, error: unknown): StartError {
  if (error instanceof StartError) return error
  return new StartError(`The data folder ${path} cannot be used: ${systemWords(error) ?? codeOf(error)}.`, {
    cause: error,
  })
}
