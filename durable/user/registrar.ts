import { type Outcome, ok } from '#protocol/errors.ts'
import type { AccountRole } from '#protocol/fields.ts'
import type { DeviceId, UserId } from '#protocol/ids.ts'
import { handleClaim, OWNER_CLAIM } from '../directory/claims.ts'
import { directoryShard, fingerprint } from '../identity.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Peers } from '../ports/peers.ts'

export type NewAccount = {
  readonly handle: string
  readonly name: string
  readonly device: DeviceId
  readonly deviceName: string
}

export type Registration = NewAccount & {
  readonly invitation: string
  readonly password: string
  /** Where the client is, for what each place has its share of. */
  readonly network: string
}

type Claimed = { readonly role: AccountRole; readonly claims: readonly string[] }

/**
 * The saga of a registration, keyed by the user id that the client made: every step may be repeated, and one that was
 * cut off is taken up by the client's next try. What an abandoned one has claimed is asked back by the directory.
 */
export class Registrar {
  readonly #user: UserId
  readonly #peers: Peers
  readonly #yielded = new Set<string>()
  readonly #turns = new OneByOne()

  constructor(user: UserId, peers: Peers) {
    this.#user = user
    this.#peers = peers
  }

  /** One registration of this user at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work)
  }

  /** Before anything else: whoever has no invitation leaves no trace, and learns nothing. */
  isInvited({ invitation }: Registration): Promise<Outcome<null>> {
    const hash = fingerprint(invitation)
    return this.#peers.directory(directoryShard(hash)).checkInvitation(hash, this.#user)
  }

  /** Claims the handle, takes the invitation's use, and claims the server where the invitation is its owner's. */
  async claim({ handle, invitation }: Registration): Promise<Outcome<Claimed>> {
    const named = await this.claimHandle(handle)
    if ('refused' in named) return named
    const hash = fingerprint(invitation)
    const redeemed = await this.#peers.directory(directoryShard(hash)).redeem(hash, this.#user)
    if ('refused' in redeemed) return redeemed
    if (redeemed.ok === 'owner') {
      const owned = await this.#claimOne(OWNER_CLAIM)
      if ('refused' in owned) return { refused: { ...owned.refused, kind: 'invitation-invalid' } }
      return ok({ role: redeemed.ok, claims: [...named.ok.claims, OWNER_CLAIM] })
    }
    return ok({ role: redeemed.ok, claims: named.ok.claims })
  }

  /** Claims the handle alone, for a member. */
  async claimHandle(handle: string): Promise<Outcome<Claimed>> {
    this.#yielded.clear()
    const named = await this.#claimOne(handleClaim(handle))
    return 'refused' in named ? named : ok({ role: 'member', claims: [handleClaim(handle)] })
  }

  yield(claim: string): void {
    this.#yielded.add(claim)
  }

  hasYielded(claims: readonly string[]): boolean {
    return claims.some((claim) => this.#yielded.has(claim))
  }

  #claimOne(claim: string): Promise<Outcome<null>> {
    return this.#peers.directory(directoryShard(claim)).claim(claim, this.#user)
  }
}
