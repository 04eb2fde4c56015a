import { type Outcome, ok } from '#protocol/errors.ts'
import { toBase64Url } from '#protocol/ids.ts'
import { directoryShard, fingerprint } from '../identity.ts'
import type { Clock } from '../ports/clock.ts'
import type { Peers } from '../ports/peers.ts'
import type { Random } from '../ports/random.ts'
import { OWNER_CLAIM } from './claims.ts'

export const INVITATION_BYTES = 16
export const INVITATION_LASTS_MS = 7 * 24 * 60 * 60_000

/** A fresh invitation whose user becomes the owner of the server; null once there is an owner. */
export async function firstInvitation(
  peers: Peers,
  random: Random,
  clock: Clock,
): Promise<Outcome<{ code: string } | null>> {
  const owner = await peers.directory(directoryShard(OWNER_CLAIM)).lookup(OWNER_CLAIM)
  if ('refused' in owner) return owner
  if (owner.ok) return ok(null)
  const code = toBase64Url(random.bytes(INVITATION_BYTES))
  const hash = fingerprint(code)
  const added = await peers
    .directory(directoryShard(hash))
    .addInvitation(hash, 'owner', 1, clock.now() + INVITATION_LASTS_MS)
  return 'refused' in added ? added : ok({ code })
}
