import { join } from 'node:path'
import { type Ended, runProgram } from './run-program.ts'
import { ROOT } from './workerd.ts'

/** `npm run backup -- FILE ...` */
export function runBackup(args: readonly string[], under: readonly string[] = []): Promise<Ended> {
  return runProgram(join(ROOT, 'dist/node-host/backup/backup-program.js'), args, under)
}

/** `npm run restore -- FILE ...` */
export function runRestore(args: readonly string[]): Promise<Ended> {
  return runProgram(join(ROOT, 'dist/node-host/backup/restore-program.js'), args)
}
