import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { firstInvitation } from '#durable/directory/first-invitation.ts'
import type { Peers } from '#durable/ports/peers.ts'
import { clock } from './clock.ts'
import { random } from './random.ts'

export type ClaimOptions = {
  /** Without one nobody can claim the server here. */
  readonly secret: string | undefined
  readonly publicUrl: string | undefined
  readonly peers: () => Peers
}

/**
 * Whoever deployed the server, and so knows its secret, fetches the invitation of its owner here: a Worker has no
 * terminal to print it on. Answered until somebody is the owner.
 */
export function claimRoute({ secret, publicUrl, peers }: ClaimOptions): Hono {
  const route = new Hono()
  if (secret === undefined) return route
  route.post('/claim', bearerAuth({ token: secret }), async (c) => {
    const invitation = await firstInvitation(peers(), random, clock)
    if ('refused' in invitation) return c.text(`${invitation.refused.reason}\n`, 503)
    if (!invitation.ok) return c.text('already claimed\n', 409)
    return c.text(`${publicUrl ?? new URL(c.req.url).origin}/join/${invitation.ok.code}\n`)
  })
  return route
}
