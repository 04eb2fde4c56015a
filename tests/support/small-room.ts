import type { Outbox } from '#client/outbox.ts'
import type { ProducerId } from '#protocol/ids.ts'
import type { Send } from '#protocol/up/send.ts'
import type { Skip } from '#protocol/up/skip.ts'

/** What a room does with an outbox (SPEC.md, P1 to P4). */
export class SmallRoom {
  readonly texts: string[] = []
  readonly #settled = new Map<string, number>()
  /** Whose messages it holds. */
  readonly producers = new Set<ProducerId>()
  /** How often something came that it had already. */
  repeats = 0
  isMember = true
  answersSkips = true

  take(event: Send | Skip): 'stored' | 'forbidden' | 'out-of-order' | 'silence' {
    if (!this.isMember) return 'forbidden'
    if (event.type === 'skip' && !this.answersSkips) return 'silence'
    const last = this.#settled.get(event.producer) ?? 0
    if (event.n > last + 1) return 'out-of-order'
    if (event.n <= last) {
      this.repeats++
      return 'stored'
    }
    this.#settled.set(event.producer, event.n)
    this.producers.add(event.producer)
    if (event.type === 'send') this.texts.push(event.text)
    return 'stored'
  }

  /** Takes what an outbox sends, and tells it a moment later what became of it. */
  answer(event: Send | Skip, outbox: Pick<Outbox, 'stored' | 'refused'>): void {
    const { room, producer, n } = event
    const answer = this.take(event)
    if (answer === 'silence') return
    void Promise.resolve().then(() =>
      answer === 'stored'
        ? outbox.stored({ type: 'stored', room, producer, n })
        : outbox.refused({ type: 'refused', room, producer, n, refusal: { kind: answer, reason: '' } }),
    )
  }
}
