import { timestampSchema } from '#protocol/fields.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Subscriber } from '../followers.ts'
import type { Peers } from '../ports/peers.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'

/** Whether a user is connected, and when one last was who is not. */
export type Whereabouts = { readonly online: boolean; readonly seenAt?: number }

const seenTable = new Table('seen', timestampSchema)
const SEEN_KEY = 'seen'

export function seen(at: number): Write {
  return seenTable.put(SEEN_KEY, at)
}

/** Nothing is kept about who is connected, so nothing can go stale: the gateways know. One that does not answer is empty. */
export async function whereabouts(
  user: UserId,
  gateways: readonly Subscriber[],
  peers: Peers,
  storage: Storage,
): Promise<Whereabouts> {
  const asked = gateways.map(({ gateway, generation }) => peers.gateway(gateway).isConnected(generation, user))
  const answers = await Promise.all(asked)
  if (answers.some((answer) => 'ok' in answer && answer.ok)) return { online: true }
  const seenAt = await seenTable.get(storage, SEEN_KEY)
  return { online: false, ...(seenAt !== undefined && { seenAt }) }
}
