import { Transform } from 'node:stream'
import type { Contents } from '#workers/backup/format.ts'
import { sizeOf } from '../size.ts'

const TOLD_EVERY_MS = 2_000

/** Passes bytes on, and says now and then how many there were. */
export function counted(what: string): Transform {
  let bytes = 0
  let toldAt = performance.now()
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      if (performance.now() - toldAt > TOLD_EVERY_MS) {
        toldAt = performance.now()
        process.stderr.write(`${what} ${sizeOf(bytes)} ...\n`)
      }
      done(null, chunk)
    },
  })
}

/** How many files it names and does not hold. */
export function missingIn({ objects }: Contents): number {
  return objects.filter(({ sha256 }) => sha256 === undefined).length
}

export function incomplete(missing: number): string {
  return `It is not complete: ${some(missing, 'file')} that it names could not be found where files are kept. All else is in it.`
}

export function sentenceOf(contents: Contents): string {
  const { rows, objects } = contents
  const held = objects.length - missingIn(contents)
  const files = held === objects.length ? some(held, 'file') : `${held} of ${some(objects.length, 'file')}`
  return `${some(rows.users, 'account')}, ${some(rows.rooms, 'conversation')} and ${files}`
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
