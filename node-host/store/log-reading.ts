import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { batchAt, numberAt, numberOf } from './batch.ts'
import { Damage, ELSEWHERE } from './damage.ts'
import { decodeHead, HEAD_BYTES } from './log-head.ts'

/** Written before anything else is: what stays within a file that is there syncs without the file system's journal. */
export const FIRST_BYTES = 256 * 1024

/** Of the one file and of the other. */
export type Marks = readonly [number, number]

/** What the trees know of the log. */
export type LogState = {
  /** The number of the newest batch that is whole in the trees. */
  readonly moved: number
  /** What the heads of the files say at least; undefined where the files have none yet. */
  readonly marks: Marks | undefined
}

export type TreesState = LogState & {
  /** Which partition of which folder the trees are; undefined where nobody has said so yet. */
  readonly place: string | undefined
}

export type LogPlace = {
  /** The folder of the partition. */
  readonly folder: string
  /** Which partition of which folder it is. */
  readonly place: string
}

const NAMES = ['log-0', 'log-1'] as const

type LogFile = {
  readonly name: string
  /** Undefined where the file is not there. */
  readonly bytes: Buffer | undefined
  readonly batches: readonly Buffer[]
  /** Undefined where the file has no head. */
  readonly mark: number | undefined
}

export function logFiles(folder: string): [string, string] {
  return [join(folder, NAMES[0]), join(folder, NAMES[1])]
}

export function ownerOf(place: string, file: number): string {
  return `${place} ${NAMES[file]}`
}

/**
 * The batches that are not in the trees yet, in order. Changes nothing. Throws Damage where the files do not hold what
 * they should; where the partition `mayBeNew` they may still be to be made.
 */
export async function readLog(at: LogPlace, state: TreesState, mayBeNew: boolean): Promise<Buffer[]> {
  if ((state.place ?? at.place) !== at.place) throw new Damage(`${basename(at.folder)}/data.mdb ${ELSEWHERE}`)
  const files = [await readFileOf(at, state, 0), await readFileOf(at, state, 1)] as const
  const batches = inOrder(files).filter((batch) => numberOf(batch) > state.moved)
  const isNew = mayBeNew && state.marks === undefined && state.moved === 0 && batches.length === 0
  for (const file of files) assertWhole(file, isNew)
  assertFollowing(at, files, batches, state.moved)
  for (const file of files) assertBegun(file, state.moved + batches.length)
  return batches
}

async function readFileOf({ folder, place }: LogPlace, { moved, marks }: LogState, i: 0 | 1): Promise<LogFile> {
  const name = join(basename(folder), NAMES[i])
  const bytes = await readFile(join(folder, NAMES[i])).catch(ifThere)
  if (bytes === undefined) return { name, bytes, batches: [], mark: undefined }
  const mark = marks && markIn(bytes, { name, owner: ownerOf(place, i), atLeast: marks[i] })
  const start = marks ? HEAD_BYTES : 0
  const batches = batchesIn(bytes, start)
  const last = batches.at(-1)
  const newest = Math.max(moved, last ? numberOf(last) : 0)
  if (isBeforeNewer(bytes, endOf(batches, start), newest)) throw unreadable(name)
  return { name, bytes, batches, mark }
}

function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** One that is older than the trees has been put back: what was appended since is not in it. */
function markIn(bytes: Buffer, { name, owner, atLeast }: { name: string; owner: string; atLeast: number }): number {
  const head = decodeHead(bytes)
  if (!head) throw unreadable(name)
  if (head.owner !== owner) throw new Damage(`${name} ${ELSEWHERE}`)
  if (head.mark < atLeast) throw new Damage(`${name} is older than the rest`)
  if (bytes.length < head.bytes) throw cutShort(name)
  return head.mark
}

/** One that is not new, and not as large as it was made, has lost what it held. */
function assertWhole({ name, bytes }: LogFile, isNew: boolean): void {
  if (isNew) return
  if (bytes === undefined) throw new Damage(`${name} is missing`)
  if (bytes.length < FIRST_BYTES) throw cutShort(name)
}

/** From the first that is not in the trees without gaps to the last that the heads know of. */
function assertFollowing(
  { folder }: LogPlace,
  files: readonly LogFile[],
  batches: readonly Buffer[],
  moved: number,
): void {
  const last = moved + batches.length
  const follow = batches.every((batch, i) => numberOf(batch) === moved + 1 + i)
  if (follow && files.every(({ mark = 0 }) => mark <= last)) return
  const name = basename(folder)
  throw new Damage(`${name}/${NAMES[0]} and ${NAMES[1]} do not go on from where ${name}/data.mdb ends`)
}

/**
 * Where a file holds none of its batches, what it begins with is one of before, or one that was begun: its first write may
 * not have got to its end.
 */
function assertBegun({ name, bytes, batches, mark }: LogFile, last: number): void {
  if (!bytes || mark === undefined || batches.length > 0) return
  const number = numberAt(bytes, HEAD_BYTES) ?? 0
  const isOfBefore = Number.isInteger(number) && number > 0 && number <= mark + 1
  if (!isOfBefore && number !== last + 1) throw unreadable(name)
}

/** Batches one after another, as far as their numbers follow each other: behind them stands what was there before. */
function batchesIn(bytes: Buffer, start: number): Buffer[] {
  const batches: Buffer[] = []
  for (let at = start; ; ) {
    const batch = batchAt(bytes, at)
    const last = batches.at(-1)
    if (!batch || (last && numberOf(batch) !== numberOf(last) + 1)) return batches
    batches.push(batch)
    at += batch.length
  }
}

function endOf(batches: readonly Buffer[], start: number): number {
  return batches.reduce((end, batch) => end + batch.length, start)
}

/** The last batch may not have got to its end: it was not acknowledged. One that stands before a newer one was. */
function isBeforeNewer(bytes: Buffer, from: number, last: number): boolean {
  for (let at = from; ; at++) {
    const number = numberAt(bytes, at)
    if (number === undefined) return false
    if (number > last && Number.isInteger(number) && batchAt(bytes, at)) return true
  }
}

function inOrder([one, other]: readonly [LogFile, LogFile]): Buffer[] {
  const first = ({ batches: [batch] }: LogFile) => (batch ? numberOf(batch) : 0)
  return first(one) < first(other) ? [...one.batches, ...other.batches] : [...other.batches, ...one.batches]
}

function cutShort(name: string): Damage {
  return new Damage(`${name} is cut short`)
}

function unreadable(name: string): Damage {
  return new Damage(`${name} cannot be read`)
}
