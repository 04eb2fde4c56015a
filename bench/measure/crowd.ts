import type { Member, Server } from '../servers/server.ts'
import { confirmationsOf, Verifier } from './verifier.ts'
import { until, within } from './waiting.ts'

const VERIFIED = 5
const WARM_UP_OUTSTANDING = 16

/**
 * One room whose members all listen while one of them posts. Five of them read and verify everything, the others count
 * bytes and must come to the same.
 */
export class Crowd {
  readonly members: number
  /** From posting to each of the five. */
  latenciesMs: number[] = []
  readonly #sender: Member
  readonly #verifiers: readonly Verifier[]
  readonly #others: readonly Member[]
  readonly #postedAtMs: number[] = []
  #posted = 0
  #confirmed = 0
  #onConfirmed: () => void = () => {}

  constructor(server: Server, room: readonly Member[]) {
    this.members = room.length
    const sender = room[Math.floor(room.length / 2)]
    if (!sender) throw new Error('a crowd has members')
    const listeners = room.filter((member) => member !== sender)
    const verified = new Set(spread(listeners, VERIFIED))
    this.#sender = sender
    this.#others = listeners.filter((member) => !verified.has(member))
    this.#verifiers = [...verified].map(
      (member) =>
        new Verifier(server, member, (seen, atMs) => {
          for (const { n } of seen) this.latenciesMs.push(atMs - (this.#postedAtMs[n - 1] ?? Number.NaN))
        }),
    )
    sender.socket.onFrame = (payload) => {
      this.#confirmed += confirmationsOf(sender, payload)
      this.#onConfirmed()
    }
  }

  /** Many messages in short time, so that what is measured afterwards is compiled code. */
  async warmUp(seconds: number): Promise<void> {
    await this.keepOutstanding(WARM_UP_OUTSTANDING, seconds)
    this.latenciesMs = []
  }

  /** Keeps so many messages on their way for so long; answers how many there were when everybody has all of them. */
  async keepOutstanding(count: number, seconds: number): Promise<number> {
    const before = this.#posted
    const bytes = this.#bytes()
    const end = performance.now() + seconds * 1000
    const done = Promise.withResolvers<void>()
    this.#onConfirmed = () => {
      if (performance.now() < end) this.#post(count - (this.#posted - this.#confirmed))
      else if (this.#posted === this.#confirmed) done.resolve()
    }
    this.#post(count)
    await within(done.promise, seconds, 'the last message was confirmed')
    await this.#delivered(bytes)
    return this.#posted - before
  }

  /** Posts at a steady rate for so long; answers as `keepOutstanding` does. */
  async keepRate(perSecond: number, seconds: number): Promise<number> {
    const before = this.#posted
    const bytes = this.#bytes()
    const total = Math.max(Math.round(perSecond * seconds), 1)
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        this.#post(1)
        if (this.#posted - before < total) return
        clearInterval(timer)
        resolve()
      }, 1000 / perSecond)
    })
    await this.#delivered(bytes)
    return this.#posted - before
  }

  #post(count: number): void {
    if (count <= 0) return
    const now = performance.now()
    for (let i = 0; i < count; i++) this.#postedAtMs.push(now)
    this.#posted += count
    this.#sender.post(count)
  }

  async #delivered(before: ReadonlyMap<Member, number>): Promise<void> {
    await until(() => this.#verifiers.every(({ count }) => count === this.#posted), 'the verified have got everything')
    const [first] = this.#verifiers
    if (!first) return
    const gained = ({ socket }: Member, start = 0) => socket.bytes - start
    const due = gained(first.member, before.get(first.member))
    await until(
      () => [...before].every(([member, start]) => gained(member, start) === due),
      'everybody has got as many bytes as the verified',
    )
  }

  #bytes(): Map<Member, number> {
    const listeners = [...this.#others, ...this.#verifiers.map(({ member }) => member)]
    return new Map(listeners.map((member) => [member, member.socket.bytes]))
  }
}

/** Some of the items, from the first to the last. */
function spread<T>(items: readonly T[], count: number): T[] {
  const step = (items.length - 1) / Math.max(count - 1, 1)
  return Array.from({ length: count }, (_, i) => items[Math.round(i * step)]).filter((item) => item !== undefined)
}
