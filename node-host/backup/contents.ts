import type { ObjectBytes } from '#workers/backup/write.ts'

/** The bytes of objects, for whoever copies all of them from one place to another. */
export type ObjectContents = {
  read(key: string): Promise<ObjectBytes | undefined>
  write(key: string, body: AsyncIterable<Uint8Array>): Promise<void>
  close(): void
}
