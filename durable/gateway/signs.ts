import type { UserId } from '#protocol/ids.ts'
import type { MarkRead } from '#protocol/up/mark-read.ts'
import type { MarkReceived } from '#protocol/up/mark-received.ts'
import type { Typing } from '#protocol/up/typing.ts'
import type { Up } from '#protocol/up.ts'
import type { Peers } from '../ports/peers.ts'
import type { Connection } from './connection.ts'

/** What somebody lets a room know beside what they write. */
export type Sign = MarkRead | MarkReceived | Typing

export function isSign(event: Up): event is Sign {
  return event.type === 'mark-read' || event.type === 'mark-received' || event.type === 'typing'
}

/** Takes a sign to its room, which decides, and answers where the mark is then. */
export async function giveSign(peers: Peers, connection: Connection, user: UserId, sign: Sign): Promise<void> {
  const { room } = sign
  switch (sign.type) {
    case 'mark-read': {
      const outcome = await peers.room(room).markRead(user, sign.seq)
      if ('ok' in outcome) return connection.say({ type: 'read', room, user, ...outcome.ok })
      return connection.say({ type: 'failed', refusal: outcome.refused })
    }
    case 'mark-received': {
      const outcome = await peers.room(room).markReceived(user, sign.seq)
      if ('ok' in outcome) return connection.say({ type: 'received', room, user, seq: outcome.ok })
      return connection.say({ type: 'failed', refusal: outcome.refused })
    }
    case 'typing': {
      const outcome = await peers.room(room).typing(user)
      if ('refused' in outcome) connection.say({ type: 'failed', refusal: outcome.refused })
    }
  }
}
