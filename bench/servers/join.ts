import { BareWs } from './bare-ws.ts'
import type { Address, Server } from './server.ts'
import { Snug } from './snug.ts'
import { SnugOwner } from './snug-owner.ts'

/** A server that runs already, for a thread that did not start it. */
export async function join({ name, url, ownerToken }: Address): Promise<Server> {
  if (name === 'bare-ws' || name === 'bare-ws-sync') return BareWs.at(name, url)
  if (ownerToken === undefined) throw new Error('a Snug is joined by its owner')
  return new Snug({ url, pid: undefined, stop: async () => {} }, await SnugOwner.enter(url, ownerToken), name)
}
