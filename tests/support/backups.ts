import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { inspecting } from '#node-host/backup/inspecting.ts'
import { readBackup } from '#workers/backup/read.ts'
import { encodeLine } from '#workers/backup/rows.ts'
import { type Ended, runProgram } from './run-program.ts'
import { ROOT } from './workerd.ts'

export const BACKUP_PROGRAM = join(ROOT, 'dist/node-host/backup/backup-program.js')

/** `npm run backup -- FILE ...` */
export function runBackup(args: readonly string[], under: readonly string[] = []): Promise<Ended> {
  return runProgram(BACKUP_PROGRAM, args, under)
}

/** `npm run restore -- FILE ...` */
export function runRestore(args: readonly string[]): Promise<Ended> {
  return runProgram(join(ROOT, 'dist/node-host/backup/restore-program.js'), args)
}

/** All rows but what an account says of the restore. */
export async function rowsIn(file: string): Promise<string[]> {
  const rows: string[] = []
  await readBackup(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, {
    ...inspecting,
    rows: async (some) => void rows.push(...some.map((row) => String(Buffer.from(encodeLine(row))))),
  })
  return rows.map((row) => row.replace(/,\\"restoredAt\\":\d+/, '')).sort()
}

/** Throws what it said where it did not. */
export function succeeded({ code, errors }: Ended): void {
  if (code !== 0) throw new Error(errors)
}
