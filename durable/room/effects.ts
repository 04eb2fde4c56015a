import * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import { sequenceSchema } from '#protocol/fields.ts'
import { type RoomId, userIdSchema } from '#protocol/ids.ts'
import { directoryShard } from '../identity.ts'
import type { Peers } from '../ports/peers.ts'

/** What a change of a room does to other actors. */
export const effectSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), user: userIdSchema, rev: sequenceSchema }),
  z.object({ do: z.literal('remove'), user: userIdSchema, rev: sequenceSchema }),
  z.object({ do: z.literal('index') }),
])
export type Effect = z.infer<typeof effectSchema>

export function carryOut(effect: Effect, room: RoomId, peers: Peers): Promise<Outcome<unknown>> {
  switch (effect.do) {
    case 'add':
      return peers.user(effect.user).roomAdded(room, effect.rev)
    case 'remove':
      return peers.user(effect.user).roomRemoved(room, effect.rev)
    case 'index':
      return peers.directory(directoryShard(room)).index('rooms', room)
  }
}
