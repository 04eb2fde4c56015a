import type { Refusal } from '#protocol/errors.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Peers } from '../ports/peers.ts'

/** Why not all of these are users; undefined when they are. */
export async function refusalOfUnknown(
  peers: Peers,
  users: readonly UserId[],
): Promise<{ readonly refused: Refusal } | undefined> {
  const profiles = await Promise.all(users.map((user) => peers.user(user).profile()))
  return profiles.find((profile) => 'refused' in profile)
}
