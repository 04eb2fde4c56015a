import type { Log } from '#durable/ports/log.ts'
import { objectNamedIn } from '#durable/stored-objects.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import type { BackupSource } from '#workers/backup/write.ts'
import type { ObjectContents } from './contents.ts'

export type SourceOptions = {
  readonly rows: () => AsyncIterable<readonly CopiedRow[]>
  /** Where the bytes of objects are; without it they are only named. */
  readonly contents: ObjectContents | undefined
  readonly beforeObject?: () => Promise<void>
  readonly log: Log
  readonly end: (failure?: unknown) => Promise<void>
}

/** All that a host keeps: the rows, and the objects that they name. */
export function sourceOf({ rows, contents, beforeObject, log, end }: SourceOptions): BackupSource {
  const named = new Set<string>()
  return {
    takenAt: Date.now(),
    async *rows() {
      for await (const some of rows()) {
        for (const [actor, table, , value] of some) {
          const key = objectNamedIn(actor, table, value)
          if (key !== undefined) named.add(key)
        }
        yield some
      }
    },
    async *objects() {
      for (const key of named) {
        await beforeObject?.()
        const content = await contents?.read(key)
        if (contents && !content) log.warn('a file is not there, and not in the backup', { key })
        yield { key, content }
      }
    },
    end,
  }
}
