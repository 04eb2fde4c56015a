import type { ActorKind } from '#durable/actors.ts'
import { copy } from '#node-host/actors/copy.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { MemoryStorage } from '../../support/memory-storage.ts'

/** What every actor class has, whatever its calls are. */
type HostedActor = { load(): Promise<void>; wake(): Promise<void> }

type Answer = (outcome: Outcome<unknown>) => void

const CARRIED_OUT_OR_NOT = refuse('retry', 'the call may or may not have been carried out')

/** One instance of an actor in memory, from its loading to its end. */
export class Instance {
  readonly kind: ActorKind
  readonly key: string
  readonly storage: MemoryStorage
  /** Resolves when it is loaded; rejects when it could not be. */
  readonly ready: Promise<void>
  readonly actor: HostedActor
  isAlive = true
  /** Calls of its own that are under way, and callbacks it has asked for. */
  waitsFor = 0
  readonly #answers = new Set<Answer>()
  readonly #onThrown: (error: unknown) => void

  constructor(
    kind: ActorKind,
    id: string,
    storage: MemoryStorage,
    make: (instance: Instance) => HostedActor,
    after: Promise<void>,
    onThrown: (error: unknown) => void,
  ) {
    this.kind = kind
    this.key = `${kind}/${id}`
    this.storage = storage
    this.#onThrown = onThrown
    this.actor = make(this)
    this.ready = after.then(() => this.actor.load())
    this.ready.catch(onThrown)
  }

  get isQuiet(): boolean {
    return this.waitsFor === 0 && this.#answers.size === 0
  }

  /** Answers `retry` when the call threw or this instance ended. */
  call(method: string, args: unknown[]): Promise<Outcome<unknown>> {
    return new Promise((answer) => {
      this.#answers.add(answer)
      this.#invoke(method, args).then(
        (outcome) => this.#settle(answer, outcome),
        (error) => {
          if (this.isAlive) this.#onThrown(error)
          this.#settle(answer, CARRIED_OUT_OR_NOT)
        },
      )
    })
  }

  /** From here on nothing reaches the instance; those who wait for an answer are told `retry`. */
  end(): void {
    this.isAlive = false
    for (const answer of this.#answers) answer(CARRIED_OUT_OR_NOT)
    this.#answers.clear()
  }

  async #invoke(method: string, args: unknown[]): Promise<Outcome<unknown>> {
    await this.ready
    if (!this.isAlive) return CARRIED_OUT_OR_NOT
    const callee = Reflect.get(this.actor, method) as (...args: unknown[]) => Promise<Outcome<unknown>>
    return copy(await Reflect.apply(callee, this.actor, args))
  }

  #settle(answer: Answer, outcome: Outcome<unknown>): void {
    if (this.#answers.delete(answer)) answer(outcome)
  }
}
