/** Half of what Cloudflare lets an object make on its free plan; on the paid one it is ten times that and more. */
export const CALLS_OF_AN_EVENT = 500

/**
 * How many calls to others an object may make. workerd counts them for the object, whatever began them, and anew with
 * each event that reaches it: a call, a frame, an alarm (`topUpActor` in its io-context.c++ and limit-enforcer.h). An
 * answer is none. So work that needs many calls, such as coming back to thousands of rooms, runs out of them; then it
 * waits here, in order, for the next event, and one is seen to.
 */
export class Allowance {
  readonly #each: number
  readonly #makeEvent: () => Promise<void>
  readonly #waiting: (() => void)[] = []
  #left: number
  #isSeeking = false

  /** `makeEvent` has an event reach the object, which calls `renew`. When it fails, who waits is let go all the same. */
  constructor(each: number, makeEvent: () => Promise<void>) {
    this.#each = each
    this.#left = each
    this.#makeEvent = makeEvent
  }

  /** An event has reached the object. Those who wait make their calls now, as part of it. */
  renew(): void {
    this.#left = this.#each
    for (const begin of this.#waiting.splice(0, this.#left)) {
      this.#left -= 1
      begin()
    }
  }

  /** Makes a call, now or when it may be made; always after those that came here before it. */
  async make<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#left > 0) {
      this.#left -= 1
      return call()
    }
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(call()))
      void this.#seekEvent()
    })
  }

  async #seekEvent(): Promise<void> {
    if (this.#isSeeking) return
    this.#isSeeking = true
    while (this.#waiting.length > 0) await this.#makeEvent().catch(() => this.renew())
    this.#isSeeking = false
  }
}
