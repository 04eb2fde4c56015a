import { SignedUrls } from '#workers/signed-urls.ts'
import { clock } from '../clock.ts'
import { FolderObjects } from '../object-store/folder.ts'
import type { ObjectsSetup } from '../object-store/take.ts'
import type { ObjectContents } from './contents.ts'
import { hashed } from './hashed.ts'

export async function openContents(setup: ObjectsSetup): Promise<ObjectContents> {
  if (setup.kind === 'folder') return openFolder(setup.path, setup.secret)
  const { openBucket } = await import('./bucket-contents.ts')
  return openBucket(setup.address)
}

async function openFolder(path: string, secret: Uint8Array): Promise<ObjectContents> {
  const files = await FolderObjects.open(path, new SignedUrls(secret), clock)
  return {
    async read(key) {
      const found = await files.read(key)
      return found && hashed(found.bytes, found.from(0, found.bytes))
    },
    write: (key, body) => files.put(key, body),
    close: () => {},
  }
}
