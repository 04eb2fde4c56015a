import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { batchAt, encodeBatch, numberOf } from './batch.ts'
import type { RowsChange } from './partition.ts'

/** On disk when the write returns: a thread waits once, not twice. Elsewhere a sync follows. */
const ON_DISK_AT_ONCE = process.platform === 'linux' ? constants.O_DSYNC : 0

/** Written before anything else is: what stays within a file that is there syncs without the file system's journal. */
const FIRST_BYTES = 256 * 1024

/**
 * What is acknowledged goes here first: one write at the end of a file. There are two files, taken in turns: while the
 * batches of one move into the trees, the other grows. Batches are numbered without gaps; what an old turn left behind
 * in a file has lower numbers, and ends the reading of it.
 */
export class CommitLog {
  readonly #files: readonly [FileHandle, FileHandle]
  #current = 0
  #end = 0
  #last: number

  private constructor(files: readonly [FileHandle, FileHandle], last: number) {
    this.#files = files
    this.#last = last
  }

  static files(folder: string): [string, string] {
    return [join(folder, 'log-0'), join(folder, 'log-1')]
  }

  /** Answers the batches behind number `after` too: they have to be moved before anything is appended. */
  static async open(folder: string, after: number): Promise<{ log: CommitLog; batches: readonly Buffer[] }> {
    const [first, second] = CommitLog.files(folder)
    const files = [await openFile(first), await openFile(second)] as const
    try {
      const read = [batchesIn(await files[0].readFile()), batchesIn(await files[1].readFile())]
      const batches = inOrder(read).filter((batch) => numberOf(batch) > after)
      const last = batches.at(-1)
      assertWhole(batches, after)
      return { log: new CommitLog(files, last ? numberOf(last) : after), batches }
    } catch (error) {
      await Promise.all(files.map((file) => file.close()))
      throw error
    }
  }

  /** The number of the batch that was appended last. */
  get last(): number {
    return this.#last
  }

  /** How much the present file holds. */
  get bytes(): number {
    return this.#end
  }

  /** Answers the batch as it stands on disk. One at a time. After a failure the log is not to be used any more. */
  async append(changes: readonly RowsChange[]): Promise<Buffer> {
    const batch = encodeBatch(this.#last + 1, changes)
    const file = this.#files[this.#current % 2] as FileHandle
    for (let written = 0; written < batch.length; ) {
      written += (await file.write(batch, written, batch.length - written, this.#end + written)).bytesWritten
    }
    if (!ON_DISK_AT_ONCE) await file.datasync()
    this.#end += batch.length
    this.#last += 1
    return batch
  }

  /** Goes on in the other file, over whatever it holds. Not while something is being appended. */
  turn(): void {
    this.#current += 1
    this.#end = 0
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()))
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | ON_DISK_AT_ONCE, 0o600)
  const { size } = await file.stat()
  if (size < FIRST_BYTES) await file.write(Buffer.alloc(FIRST_BYTES - size), 0, FIRST_BYTES - size, size)
  return file
}

/** Batches one after another, as far as their numbers follow each other. */
function batchesIn(bytes: Buffer): Buffer[] {
  const batches: Buffer[] = []
  for (let at = 0; ; ) {
    const batch = batchAt(bytes, at)
    const before = batches.at(-1)
    if (!batch || (before && numberOf(batch) !== numberOf(before) + 1)) return batches
    batches.push(batch)
    at += batch.length
  }
}

function inOrder(files: readonly Buffer[][]): Buffer[] {
  const first = ([batch]: Buffer[]) => (batch ? numberOf(batch) : 0)
  return files.toSorted((one, other) => first(one) - first(other)).flat()
}

/** The end of a file may be missing, since it was not acknowledged; what stands before another batch may not. */
function assertWhole(batches: readonly Buffer[], after: number): void {
  const isNext = (batch: Buffer, i: number) => numberOf(batch) === after + 1 + i
  if (!batches.every(isNext)) throw new Error('its commit log is damaged')
}
