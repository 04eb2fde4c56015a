import type { Clock } from '#durable/ports/clock.ts'
import type { Log } from '#durable/ports/log.ts'

export type AlarmsOptions = {
  readonly clock: Clock
  readonly log: Log
  /** Wakes an actor; resolves when what it then committed is settled. */
  readonly wake: (actor: string) => Promise<void>
}

type Alarm = {
  readonly actor: string
  /** The durable time; null where it was cleared during the waking. */
  at: number | null
  /** Wakings in a row that did not move it. */
  failures: number
  /** Rung, and the waking is not over yet: it is looked at again when it is. */
  isRinging: boolean
  timer?: NodeJS.Timeout
}

const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 5 * 60_000
/** So that what became due while the host was down does not load all its actors at once. */
const WAKING_AT_ONCE = 64
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Wakes actors when their alarms are due. An alarm is a row that only its actor's commits replace; while a waking fails
 * or leaves it where it was, it is tried again, ever more rarely.
 */
export class Alarms {
  readonly #options: AlarmsOptions
  readonly #alarms = new Map<string, Alarm>()
  readonly #due: Alarm[] = []
  #waking = 0
  #isStopped = false

  constructor(options: AlarmsOptions) {
    this.#options = options
  }

  /** The actor's alarm is now durably at this time (ms), or null for none. */
  set(actor: string, at: number | null): void {
    const alarm = this.#alarms.get(actor) ?? { actor, at, failures: 0, isRinging: false }
    this.#alarms.set(actor, alarm)
    alarm.at = at
    if (!alarm.isRinging) this.#rearm(alarm)
  }

  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#alarms.values()) clearTimeout(timer)
  }

  #rearm(alarm: Alarm): void {
    clearTimeout(alarm.timer)
    if (alarm.at === null) this.#alarms.delete(alarm.actor)
    else this.#arm(alarm, alarm.at)
  }

  #arm(alarm: Alarm, time: number): void {
    if (this.#isStopped) return
    const delay = Math.min(Math.max(time - this.#options.clock.now(), 0), LONGEST_TIMER_MS)
    alarm.timer = setTimeout(() => this.#ring(alarm, time), delay)
  }

  #ring(alarm: Alarm, time: number): void {
    // A timer may end a moment early, or long before a time that is weeks away.
    if (this.#options.clock.now() < time) this.#arm(alarm, time)
    else {
      alarm.isRinging = true
      this.#due.push(alarm)
      this.#wakeNext()
    }
  }

  #wakeNext(): void {
    while (this.#waking < WAKING_AT_ONCE && !this.#isStopped) {
      const alarm = this.#due.shift()
      if (!alarm) return
      this.#waking += 1
      void this.#answer(alarm).finally(() => {
        this.#waking -= 1
        this.#wakeNext()
      })
    }
  }

  async #answer(alarm: Alarm): Promise<void> {
    const { at } = alarm
    // It may have been moved while it waited its turn.
    const isDue = at !== null && at <= this.#options.clock.now()
    if (isDue) await this.#wake(alarm.actor)
    alarm.isRinging = false
    if (isDue && alarm.at !== null && alarm.at <= at) this.#retryLater(alarm)
    else {
      alarm.failures = 0
      this.#rearm(alarm)
    }
  }

  async #wake(actor: string): Promise<void> {
    try {
      await this.#options.wake(actor)
    } catch (error) {
      // Whom the end interrupts, the next host wakes.
      if (this.#isStopped) return
      this.#options.log.error('an actor could not do what its alarm was for', { actor, error })
    }
  }

  #retryLater(alarm: Alarm): void {
    if (this.#isStopped) return
    const retryAfterMs = Math.min(FIRST_RETRY_MS * 2 ** alarm.failures, LAST_RETRY_MS)
    alarm.failures += 1
    this.#options.log.warn('an alarm was not moved by its actor', { actor: alarm.actor, retryAfterMs })
    this.#arm(alarm, this.#options.clock.now() + retryAfterMs)
  }
}
