import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { encodeBatch, encodeBegun } from './batch.ts'
import type { RowsChange } from './change.ts'
import { syncFolder } from './files.ts'
import { encodeHead, HEAD_BYTES } from './log-head.ts'
import { FIRST_BYTES, type LogPlace, logFiles, type Marks, ownerOf } from './log-reading.ts'

/** On disk when the write returns: a thread waits once, not twice. Elsewhere a sync follows. */
const ON_DISK_AT_ONCE = process.platform === 'linux' ? constants.O_DSYNC : 0

const WRITING = constants.O_RDWR | ON_DISK_AT_ONCE

type LogFile = { readonly file: FileHandle; readonly size: number }

/**
 * What is acknowledged goes here first: one write at the end of a file. There are two files, taken in turns: while the
 * batches of one move into the trees, the other grows. Batches are numbered without gaps; what an earlier use left behind
 * in a file has lower numbers, and ends the reading of it.
 */
export class CommitLog {
  readonly #files: readonly [FileHandle, FileHandle]
  readonly #sizes: [number, number]
  readonly #place: string
  #marks: Marks
  #present: 0 | 1
  #end = HEAD_BYTES
  #last: number

  private constructor([one, other]: readonly [LogFile, LogFile], place: string, marks: Marks, last: number) {
    this.#files = [one.file, other.file]
    this.#sizes = [one.size, other.size]
    this.#place = place
    this.#marks = marks
    // The one that was entered last.
    this.#present = marks[0] >= marks[1] ? 0 : 1
    this.#last = last
  }

  /** Makes the files, or begins anew in those of before: all batches up to `last` are in the trees. Answers their marks. */
  static async make({ folder, place }: LogPlace, last: number): Promise<Marks> {
    for (const [i, path] of logFiles(folder).entries()) {
      const file = await open(path, WRITING | constants.O_CREAT, 0o600)
      try {
        const { size } = await file.stat()
        const begun = encodeBegun(last + 1)
        const start = Buffer.alloc(size < FIRST_BYTES ? FIRST_BYTES : HEAD_BYTES + begun.length)
        start.set(encodeHead({ owner: ownerOf(place, i), mark: last, bytes: Math.max(size, start.length) }))
        start.set(begun, HEAD_BYTES)
        await write(file, start, 0)
      } finally {
        await file.close()
      }
    }
    await syncFolder(folder)
    return [last, last]
  }

  /** `last` is the number of the last batch that is in the trees; the files hold none behind it. */
  static async open({ folder, place }: LogPlace, marks: Marks, last: number): Promise<CommitLog> {
    const [one, other] = logFiles(folder)
    return new CommitLog([await openFile(one), await openFile(other)], place, marks, last)
  }

  /** The number of the batch that was appended last. */
  get last(): number {
    return this.#last
  }

  /** How much the present file holds. */
  get bytes(): number {
    return this.#end - HEAD_BYTES
  }

  /** Answers the batch as it stands on disk. One at a time. After a failure the log is not to be used any more. */
  async append(changes: readonly RowsChange[]): Promise<Buffer> {
    const batch = encodeBatch(this.#last + 1, changes)
    await write(this.#files[this.#present], batch, this.#end)
    this.#end += batch.length
    this.#sizes[this.#present] = Math.max(this.#sizes[this.#present], this.#end)
    this.#last += 1
    return batch
  }

  /** Goes on in the other file, over whatever it holds. Not while something is being appended. */
  switchFiles(): void {
    this.#present = this.#present === 0 ? 1 : 0
    this.#end = HEAD_BYTES
  }

  /**
   * Marks the present file, which was entered behind batch `after`: a copy of it from before is then known as such. Others
   * may append meanwhile. Answers the marks.
   */
  async mark(after: number): Promise<Marks> {
    const file = this.#present
    const head = encodeHead({ owner: ownerOf(this.#place, file), mark: after, bytes: this.#sizes[file] })
    await write(this.#files[file], head, 0)
    this.#marks = file === 0 ? [after, this.#marks[1]] : [this.#marks[0], after]
    return this.#marks
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()))
  }
}

async function openFile(path: string): Promise<LogFile> {
  const file = await open(path, WRITING)
  return { file, size: (await file.stat()).size }
}

/** Resolves when it is on disk. */
async function write(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten
  }
  if (!ON_DISK_AT_ONCE) await file.datasync()
}
