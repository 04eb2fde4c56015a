import { join } from 'node:path'
import '../threads.ts'
import { DAMAGED } from './inspection.ts'
import { lookThrough } from './look-through.ts'

/**
 * A process of its own that reads everything in the partitions of a folder: LMDB trusts its files, so what is damaged in
 * them ends the process that reads it, and that must not be the host. Ends with 0 when all could be read, and with
 * DAMAGED or by a signal where not. Says the name of each partition before it opens it.
 */
const [folder = '', ...partitions] = process.argv.slice(2)

for (const partition of partitions) {
  process.stdout.write(`${partition}\n`)
  await lookThrough(join(folder, partition)).catch(() => process.exit(DAMAGED))
}
process.exit(0)
