import { type Outcome, ok } from '#protocol/errors.ts'
import { toBase64Url } from '#protocol/ids.ts'
import { INVITATION_BYTES, INVITATION_LASTS_MS } from '../directory/first-invitation.ts'
import { directoryShard, fingerprint } from '../identity.ts'
import type { Host } from '../ports/host.ts'

/** Makes an invitation to the server for so many people. */
export async function inviteToServer(
  { clock, peers, random }: Host,
  uses: number,
): Promise<Outcome<{ code: string; expiresAt: number }>> {
  const code = toBase64Url(random.bytes(INVITATION_BYTES))
  const expiresAt = clock.now() + INVITATION_LASTS_MS
  const hash = fingerprint(code)
  const added = await peers.directory(directoryShard(hash)).addInvitation(hash, 'member', uses, expiresAt)
  return 'refused' in added ? added : ok({ code, expiresAt })
}
