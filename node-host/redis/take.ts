import type { Ground, GroundOptions } from '../ground.ts'
import { StartError } from '../start-error.ts'
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
  const { format, release } = await takeServers(urls, { log, onLost, judge, outages })
  return { setup: { kind: 'redis', format }, becomeWhole: async () => {}, release }
}
