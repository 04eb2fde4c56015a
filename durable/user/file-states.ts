import type { Declaration } from '#protocol/file.ts'
import { toBase64Url } from '#protocol/ids.ts'
import type { DoomedObjects } from '../doomed-objects.ts'
import type { Random } from '../ports/random.ts'
import type { Write } from '../ports/storage.ts'
import type { FileRow } from './file-rows.ts'

/** As its owner is told of it. */
export type FileState = 'declared' | 'kept'

const KEY_BYTES = 18

export function stateOf({ state }: FileRow): FileState {
  return state === 'kept' ? 'kept' : 'declared'
}

export function withoutLook({ lookAt: _, ...row }: FileRow): FileRow {
  return row
}

/** To be sent to a place of its own. */
export function nextAttempt({ copyKey: _, ...row }: FileRow, random: Random): FileRow {
  return { ...row, isSigned: true, ...(row.isSigned && { key: freshKey(random) }) }
}

/** To be copied to a place of its own, and looked at there. */
export function nextLook(row: FileRow, random: Random): FileRow {
  return { ...row, copyKey: freshKey(random) }
}

/** Its object is what was looked at. */
export function checked({ copyKey, ...row }: FileRow): FileRow {
  return { ...row, state: 'checked', key: copyKey ?? row.key }
}

/** Whoever has the URLs of a file that was looked at may still send something: to its key, or to its parts. */
export function doomWhatComesLate(
  { key, copyKey, upload }: FileRow,
  doomed: Pick<DoomedObjects, 'add' | 'addParts'>,
): Write[] {
  if (copyKey !== undefined) return doomed.add(key, upload)
  return upload === undefined ? [] : doomed.addParts(key, upload)
}

/** Written in the same way by whoever repeats it. */
export function isSame(a: Declaration, b: Declaration): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

export function freshKey(random: Random): string {
  return toBase64Url(random.bytes(KEY_BYTES))
}
