import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { batchAt, encodeBatch, numberAt, numberOf } from './batch.ts'
import type { RowsChange } from './change.ts'

/** On disk when the write returns: a thread waits once, not twice. Elsewhere a sync follows. */
const ON_DISK_AT_ONCE = process.platform === 'linux' ? constants.O_DSYNC : 0

const WRITING = constants.O_RDWR | ON_DISK_AT_ONCE

/** Written before anything else is: what stays within a file that is there syncs without the file system's journal. */
const FIRST_BYTES = 256 * 1024

/**
 * What is acknowledged goes here first: one write at the end of a file. There are two files, taken in turns: while the
 * batches of one move into the trees, the other grows. Batches are numbered without gaps; what an earlier use left behind
 * in a file has lower numbers, and ends the reading of it.
 */
export class CommitLog {
  #file: FileHandle
  #other: FileHandle
  #end = 0
  #last: number

  private constructor([file, other]: readonly [FileHandle, FileHandle], last: number) {
    this.#file = file
    this.#other = other
    this.#last = last
  }

  static files(folder: string): [string, string] {
    return [join(folder, 'log-0'), join(folder, 'log-1')]
  }

  /**
   * Answers the batches behind number `after` too: they have to be moved before anything is appended. Where it `isNew` its
   * files may still be to be made.
   */
  static async open(
    folder: string,
    after: number,
    isNew: boolean,
  ): Promise<{ log: CommitLog; batches: readonly Buffer[] }> {
    const paths = CommitLog.files(folder)
    for (const path of paths) await makeFile(path, isNew)
    const [one, other] = [await readFile(paths[0]), await readFile(paths[1])]
    const batches = inOrder(batchesIn(one, after), batchesIn(other, after)).filter((batch) => numberOf(batch) > after)
    if (!batches.every((batch, i) => numberOf(batch) === after + 1 + i)) throw damaged()
    const files = [await open(paths[0], WRITING), await open(paths[1], WRITING)] as const
    return { log: new CommitLog(files, after + batches.length), batches }
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
    await writeAll(this.#file, batch, this.#end)
    if (!ON_DISK_AT_ONCE) await this.#file.datasync()
    this.#end += batch.length
    this.#last += 1
    return batch
  }

  /** Goes on in the other file, over whatever it holds. Not while something is being appended. */
  switchFiles(): void {
    const file = this.#file
    this.#file = this.#other
    this.#other = file
    this.#end = 0
  }

  async close(): Promise<void> {
    await Promise.all([this.#file.close(), this.#other.close()])
  }
}

/** One that is not new, and not as large as it was made, has lost what it held. */
async function makeFile(path: string, isNew: boolean): Promise<void> {
  const file = await open(path, WRITING | constants.O_CREAT, 0o600)
  try {
    const { size } = await file.stat()
    if (size >= FIRST_BYTES) return
    if (!isNew) throw damaged()
    await writeAll(file, Buffer.alloc(FIRST_BYTES - size), size)
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten
  }
}

/**
 * Batches one after another, as far as their numbers follow each other. The last one may not have got to its end: it was
 * not acknowledged. One that stands before a newer one was.
 */
function batchesIn(bytes: Buffer, moved: number): Buffer[] {
  const batches: Buffer[] = []
  for (let at = 0; ; ) {
    const batch = batchAt(bytes, at)
    const last = batches.at(-1)
    if (!batch || (last && numberOf(batch) !== numberOf(last) + 1)) {
      if (isBeforeNewer(bytes, at, Math.max(moved, last ? numberOf(last) : 0))) throw damaged()
      return batches
    }
    batches.push(batch)
    at += batch.length
  }
}

function isBeforeNewer(bytes: Buffer, from: number, last: number): boolean {
  for (let at = from; ; at++) {
    const number = numberAt(bytes, at)
    if (number === undefined) return false
    if (number > last && Number.isInteger(number) && batchAt(bytes, at)) return true
  }
}

function inOrder(one: Buffer[], other: Buffer[]): Buffer[] {
  const first = ([batch]: Buffer[]) => (batch ? numberOf(batch) : 0)
  return first(one) < first(other) ? [...one, ...other] : [...other, ...one]
}

function damaged(): Error {
  return new Error('its commit log is damaged')
}
