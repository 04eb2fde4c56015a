import { join } from 'node:path'
import type { Log } from '#durable/ports/log.ts'
import type { Ground, GroundOptions } from '../ground.ts'
import { StartError } from '../start-error.ts'
import { cannotUse, OBJECTS_FOLDER } from '../store/folder.ts'
import type { Durability } from './durability.ts'
import { takeServers } from './ground.ts'

/** Takes a store on servers of the Redis protocol, and says what an acknowledgement is worth there. */
export async function takeRedis(
  urls: readonly string[],
  { settings, log, onFailure, outages }: GroundOptions,
): Promise<Ground> {
  const onLost = () => onFailure(new Error('another host uses the store now'))
  const judge = ({ survives, server, reason }: Durability, at: string) => {
    const isBad = survives === 'unsafe' || survives === 'unknown'
    if (isBad && !settings.allowUnsafeStore)
      throw new StartError(
        `The store at ${at} (${server}) ${survives === 'unsafe' ? 'would' : 'may'} lose messages: ${reason}. To use it all the same, start with --allow-unsafe-store.`,
      )
    log.info('what is acknowledged is kept', { at, server, survives, reason })
  }
  const files = async (keys: readonly string[], at: string) => {
    if (settings.s3Url === undefined) await lookForObjects(join(settings.data, OBJECTS_FOLDER), { keys, at, log })
  }
  const { format, release } = await takeServers(urls, { log, onLost, judge, files, outages })
  return { setup: { kind: 'redis', format }, becomeWhole: async () => {}, release }
}

type Sought = { readonly keys: readonly string[]; readonly at: string; readonly log: Log }

/**
 * Messages may be on a server that all machines reach, and files in a folder of one of them. Throws a StartError where
 * there are files, and no such folder here.
 */
async function lookForObjects(folder: string, { keys, at, log }: Sought): Promise<void> {
  if (keys.length === 0) return
  const { FolderObjects } = await import('../object-store/folder.ts')
  const found = await FolderObjects.countIn(folder, keys).catch((error) => {
    throw cannotUse(folder, error)
  })
  if (found === undefined)
    throw new StartError(
      `The messages at ${at} name files, and the folder ${folder} is missing: give --data the folder that has them. To go on without them, make that folder.`,
    )
  if (found === 0)
    log.warn('messages name files that are not in the folder: is it the right one?', {
      at,
      folder,
      sought: keys.length,
    })
}
