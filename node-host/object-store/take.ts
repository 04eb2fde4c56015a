import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '#durable/ports/log.ts'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import type { ObjectRoutesOptions } from '#workers/object-routes.ts'
import type { S3Address } from '#workers/s3-address.ts'
import { SignedUrls } from '#workers/signed-urls.ts'
import { clock } from '../clock.ts'
import type { Settings } from '../settings-schema.ts'
import { NotAnswering } from '../start-error.ts'
import { cannotUse, OBJECTS_FOLDER } from '../store/folder.ts'

/** What a thread needs to know of the store of objects to use it. */
export type ObjectsSetup =
  | { readonly kind: 'folder'; readonly path: string; readonly secret: Uint8Array }
  | {
      readonly kind: 's3'
      readonly address: S3Address
      readonly publicEndpoint: string | undefined
      readonly refusesOtherContent: boolean
    }

export type OpenObjects = {
  readonly store: ObjectStore
  /** What the host itself hands out and takes. */
  readonly served?: ObjectRoutesOptions
}

const SECRET_BYTES = 32

/** Once at the start, while nobody uses them: what was coming in when the host ended goes. */
export async function tidyObjects(setup: ObjectsSetup): Promise<void> {
  if (setup.kind === 's3') return
  const { FolderObjects } = await import('./folder.ts')
  await FolderObjects.tidy(setup.path).catch((error) => {
    throw cannotUse(setup.path, error)
  })
}

/** Sees what there is before anything else is touched. Throws a StartError where it cannot be used. */
export async function takeObjects({ s3Url, s3PublicUrl, data }: Settings): Promise<ObjectsSetup> {
  // A URL does not outlive the process that signed it: whoever holds one asks for another.
  if (s3Url === undefined)
    return { kind: 'folder', path: join(data, OBJECTS_FOLDER), secret: randomBytes(SECRET_BYTES) }
  const { probe } = await import('./probe.ts')
  return { kind: 's3', address: s3Url, publicEndpoint: s3PublicUrl, ...(await probe(s3Url)) }
}

/**
 * As `takeObjects`, for a host: text goes on while the store does not answer. What it does with other content is not known
 * then, so until the next start each file is copied and looked at.
 */
export async function takeObjectsToServe(settings: Settings, log: Log): Promise<ObjectsSetup> {
  try {
    return await takeObjects(settings)
  } catch (error) {
    const { s3Url, s3PublicUrl } = settings
    if (!(error instanceof NotAnswering) || s3Url === undefined) throw error
    log.warn('the store of files does not answer: files wait for it', { reason: error.message })
    return { kind: 's3', address: s3Url, publicEndpoint: s3PublicUrl, refusesOtherContent: false }
  }
}

/** Throws a StartError where the folder of them cannot be used. */
export async function openObjects(setup: ObjectsSetup): Promise<OpenObjects> {
  if (setup.kind === 's3') {
    const { S3Objects } = await import('./s3.ts')
    return { store: new S3Objects({ ...setup, clock }) }
  }
  const { FolderObjects } = await import('./folder.ts')
  const urls = new SignedUrls(setup.secret)
  const files = await FolderObjects.open(setup.path, urls, clock).catch((error) => {
    throw cannotUse(setup.path, error)
  })
  return { store: files, served: { files, urls, now: () => clock.now() } }
}
