import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Limits } from '../ports/host.ts'
import { TokenBucket } from '../token-bucket.ts'

/** How much each user sends by this gateway, over all devices. */
export class UserLimits {
  readonly #limits: Limits
  readonly #messages = new Map<UserId, TokenBucket>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  message(user: UserId, now: number): Outcome<null> {
    const waitMs = this.#of(user, now).take(now)
    return waitMs === 0 ? ok(null) : refuse('too-frequent', 'too many messages', waitMs)
  }

  /** Who has sent nothing for long is as good as new. Going away and coming back makes nobody so. */
  forgetIdle(now: number): void {
    for (const [user, bucket] of this.#messages) if (bucket.isFull(now)) this.#messages.delete(user)
  }

  #of(user: UserId, now: number): TokenBucket {
    const known = this.#messages.get(user)
    if (known) return known
    const { messagesPerSecond, messageBurst } = this.#limits
    const bucket = new TokenBucket(messagesPerSecond, messageBurst, now)
    this.#messages.set(user, bucket)
    return bucket
  }
}
