import type { ObjectBytes } from '#workers/backup/write.ts'
import { StartError } from '../start-error.ts'

/** The bytes of objects, for whoever copies all of them from one place to another. */
export type ObjectContents = {
  read(key: string): Promise<ObjectBytes | undefined>
  write(key: string, body: AsyncIterable<Uint8Array>): Promise<void>
  close(): void
}

/** Where there is nowhere to look for them: what rows name is named in a backup, and that is all. */
export const noContents: ObjectContents = {
  read: async () => undefined,
  async write() {
    throw new StartError('This backup holds files: say where they belong with --s3-url.')
  },
  close: () => {},
}
