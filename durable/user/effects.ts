import * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import { deviceIdSchema, type UserId } from '#protocol/ids.ts'
import { directoryShard } from '../identity.ts'
import type { Peers } from '../ports/peers.ts'

/** What a user changes elsewhere: confirms a claim, is indexed, has a device's sockets closed, gives
 * up a file. */
export const effectSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('confirm'), claim: z.string() }),
  z.object({ do: z.literal('index') }),
  z.object({ do: z.literal('unlink'), identity: z.string(), link: z.string(), key: z.string() }),
  z.object({ do: z.literal('disconnect'), gateway: z.string(), generation: z.string(), device: deviceIdSchema }),
])
export type Effect = z.infer<typeof effectSchema>

export function carryOut(effect: Effect, user: UserId, peers: Peers): Promise<Outcome<unknown>> {
  switch (effect.do) {
    case 'confirm':
      return peers.directory(directoryShard(effect.claim)).confirm(effect.claim, user)
    case 'index':
      return peers.directory(directoryShard(user)).index('users', user)
    case 'unlink':
      return peers.directory(directoryShard(effect.identity)).unlink(effect.identity, effect.link, effect.key)
    case 'disconnect':
      return peers.gateway(effect.gateway).disconnect(effect.generation, user, effect.device)
  }
}
