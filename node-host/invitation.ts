import { firstInvitation } from '#durable/directory/first-invitation.ts'
import type { Log } from '#durable/ports/log.ts'
import type { Peers } from '#durable/ports/peers.ts'
import { clock } from './clock.ts'
import { random } from './random.ts'

/** The code of the invitation for the first user, while there is none. */
export async function invite(peers: Peers, log: Log): Promise<string | undefined> {
  const invitation = await firstInvitation(peers, random, clock)
  if ('ok' in invitation) return invitation.ok?.code
  log.error('the first invitation could not be made', { refusal: invitation.refused })
  return undefined
}

export function invitationUrl([url]: readonly string[], code: string | undefined): string | undefined {
  return code === undefined ? undefined : `${url}/join/${code}`
}
