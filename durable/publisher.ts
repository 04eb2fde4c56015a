import type * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import { Actor, RETRY_AFTER_MS } from './actor.ts'
import { Followers, type Gone, type Presence, type Subscriber, type Telling } from './followers.ts'
import { Outbox } from './outbox.ts'
import type { Host } from './ports/host.ts'
import type { Write } from './ports/storage.ts'

type PublisherTask = 'outbox' | 'followers'

/** An actor that others follow (Room, User), and whose changes have effects on other actors. */
export abstract class Publisher<Effect, Task extends string = never> extends Actor<Host, Task | PublisherTask> {
  protected readonly followers = new Followers()
  readonly #outbox: Outbox<Effect>
  #flushing: Promise<void> = Promise.resolve()

  constructor(id: string, host: Host, effects: z.ZodMiniType<Effect>) {
    super(id, host)
    this.#outbox = new Outbox(effects, host.log, (effect) => this.carryOut(effect))
  }

  override async load(): Promise<void> {
    await super.load()
    await this.#outbox.load(this.host.storage)
    await this.followers.load(this.host.storage)
    if (this.followers.someBehind) this.inBackground(this.#tellThoseBehind())
  }

  /** One effect on another actor; applied there idempotently. */
  protected abstract carryOut(effect: Effect): Promise<Outcome<unknown>>

  /** Tells one gateway where the head is, so that it fetches what it missed, and again what has no place there. */
  protected abstract notice(subscriber: Subscriber): Promise<Outcome<Presence>>

  /** Commits a change with its effects on others; resolves when both are durable, before the effects happen. */
  protected async change(writes: readonly Write[], effects: readonly Effect[] = []): Promise<void> {
    const rows = effects.map((effect) => this.#outbox.add(effect))
    if (rows.length > 0) rows.push(this.#planRetry('outbox'))
    const upTo = this.#outbox.last
    await this.commit([...writes, ...rows])
    if (rows.length > 0) this.#flush(upTo)
  }

  /** Delivers to every follower; those that cannot be reached are told again later. Resolves when each has answered or not. */
  protected async publish(
    deliver: (subscriber: Subscriber) => Promise<Outcome<Presence>>,
    telling: Telling = 'records',
  ): Promise<void> {
    if (this.followers.isEmpty) return
    const told = this.followers.tell(telling, deliver).then((gone) => this.#afterTelling(gone))
    this.inBackground(told)
    await told.catch(() => {})
  }

  protected async perform(task: PublisherTask): Promise<void> {
    switch (task) {
      case 'outbox':
        return this.#flushDurable()
      case 'followers':
        return this.#tellThoseBehind()
    }
  }

  /** For work that no caller waits for. What fails here has its place in the agenda. */
  protected inBackground(work: Promise<unknown>): void {
    work.catch((error) => this.host.log.warn('background work of an actor failed', { actor: this.id, error }))
  }

  #planRetry(task: PublisherTask): Write {
    return this.agenda.plan(task, this.host.clock.now() + RETRY_AFTER_MS)
  }

  /** All effects that are pending now. Those of a turn just before this one may not be durable yet. */
  async #flushDurable(): Promise<void> {
    const upTo = this.#outbox.last
    await this.durable()
    this.#flush(upTo)
  }

  #flush(upTo: number): void {
    this.#flushing = this.#flushing.then(() => this.#carryOutAll(upTo))
    this.inBackground(this.#flushing)
    this.#flushing = this.#flushing.catch(() => {})
  }

  async #carryOutAll(upTo: number): Promise<void> {
    for (const batch of this.#outbox.batches(upTo)) await this.#settle(await this.#outbox.carryOut(batch))
    if (this.#outbox.isEmpty) await this.#settle([])
  }

  #settle(settled: readonly Write[]): Promise<void> {
    return this.commit(this.#outbox.isEmpty ? [...settled, ...this.agenda.clear('outbox')] : settled)
  }

  async #tellThoseBehind(): Promise<void> {
    this.#afterTelling(await this.followers.tell('notice', (subscriber) => this.notice(subscriber)))
  }

  #afterTelling(gone: readonly Gone[]): void {
    const removed = this.followers.remove(gone)
    const behind = this.followers.someBehind
    if (behind === this.agenda.has('followers') && removed.length === 0) return
    const plan = behind ? [this.#planRetry('followers')] : this.agenda.clear('followers')
    this.inBackground(this.commit([...removed, ...plan]))
  }
}
