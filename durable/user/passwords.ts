import type { Outcome } from '#protocol/errors.ts'
import { handleClaim } from '../directory/claims.ts'
import { UNKNOWN_USER_PHC } from '../hasher/hasher.ts'
import { directoryShard } from '../identity.ts'
import type { Peers } from '../ports/peers.ts'
import type { AccountRow } from './rows.ts'

/**
 * Whether a password opens an account, asked no oftener than the directory allows for its name (SPEC.md, A11). Where
 * there is no account, or none that a password opens, it takes as long as a wrong one.
 */
export async function isPassword(
  peers: Peers,
  { handle, passwordHash }: Pick<AccountRow, 'handle' | 'passwordHash'>,
  password: string,
  network: string,
): Promise<Outcome<boolean>> {
  const claim = handleClaim(handle)
  const directory = peers.directory(directoryShard(claim))
  const begun = await directory.beginTry(claim, network)
  if ('refused' in begun) return begun
  const verified = await peers.hasher().verify(password, passwordHash ?? UNKNOWN_USER_PHC, network)
  if ('refused' in verified) {
    await directory.cancelTry(claim, network, begun.ok)
    return verified
  }
  const isRight = verified.ok && passwordHash !== undefined
  if (isRight) await directory.trySucceeded(claim, network)
  return { ok: isRight }
}
