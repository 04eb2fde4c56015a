import type { UserId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'
import type { Limits } from '../ports/host.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { Connection } from './connection.ts'

/**
 * Counted by the connection: whoever has taken a device's token, and asks without end, keeps its user neither out nor from
 * logging that device out.
 */
const COUNTED_BY_CONNECTION: readonly Up['type'][] = ['sync', 'list-devices', 'revoke-device']

type Rates = { readonly messages: TokenBucket; readonly requests: TokenBucket }

/** How much each user sends and asks by this gateway, over all devices. */
export class UserLimits {
  readonly #limits: Limits
  readonly #rates = new Map<UserId, Rates>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Counts an event. 0, or how many ms to wait with it. Who is not logged in has the rate of a connection. */
  take({ session, requests }: Connection, { type }: Up, now: number): number {
    if (session.state !== 'authenticated' || COUNTED_BY_CONNECTION.includes(type)) return requests.take(now)
    const rates = this.#of(session.user, now)
    return type === 'send' || type === 'skip' ? rates.messages.take(now) : rates.requests.take(now)
  }

  /** Who has said nothing for long is as good as new. Going away and coming back makes nobody so. */
  forgetIdle(now: number): void {
    for (const [user, { messages, requests }] of this.#rates)
      if (messages.isFull(now) && requests.isFull(now)) this.#rates.delete(user)
  }

  #of(user: UserId, now: number): Rates {
    const known = this.#rates.get(user)
    if (known) return known
    const { messagesPerSecond, messageBurst, requestsPerSecond, requestBurst } = this.#limits
    const rates = {
      messages: new TokenBucket(messagesPerSecond, messageBurst, now),
      requests: new TokenBucket(requestsPerSecond, requestBurst, now),
    }
    this.#rates.set(user, rates)
    return rates
  }
}
