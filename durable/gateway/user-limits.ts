import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Limits } from '../ports/host.ts'
import { TokenBucket } from './token-bucket.ts'

/** The rates of the users who are connected here, over all their devices. */
export class UserLimits {
  readonly #limits: Limits
  readonly #users = new Map<UserId, { messages: TokenBucket; rooms: TokenBucket }>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  message(user: UserId, now: number): Outcome<null> {
    return answer(this.#of(user, now).messages.take(now), 'too many messages')
  }

  openRoom(user: UserId, now: number): Outcome<null> {
    return answer(this.#of(user, now).rooms.take(now), 'too many new rooms')
  }

  /** Forgets users after they are long gone: a full bucket and a new one are the same. */
  keepOnly(connected: ReadonlySet<UserId>): void {
    for (const user of this.#users.keys()) if (!connected.has(user)) this.#users.delete(user)
  }

  #of(user: UserId, now: number) {
    const known = this.#users.get(user)
    if (known) return known
    const { messagesPerSecond, messageBurst, roomsPerMinute } = this.#limits
    const buckets = {
      messages: new TokenBucket(messagesPerSecond, messageBurst, now),
      rooms: new TokenBucket(roomsPerMinute / 60, roomsPerMinute, now),
    }
    this.#users.set(user, buckets)
    return buckets
  }
}

function answer(waitMs: number, reason: string): Outcome<null> {
  return waitMs === 0 ? ok(null) : refuse('too-frequent', reason, waitMs)
}
