/** Keys of unique claims. */

export function handleClaim(handle: string): string {
  return `handle:${handle}`
}

/** The claim that makes a user the owner of the server: there is one. */
export const OWNER_CLAIM = 'server:owner'
