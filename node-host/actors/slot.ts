import type { Log } from '#durable/ports/log.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { ActorStorage } from '../storage.ts'
import { type Address, nameOf } from './address.ts'
import { copy } from './copy.ts'

/** What every actor class has, whatever its calls are. */
export interface HostedActor {
  load(): Promise<void>
  wake(): Promise<void>
}

export type SlotOptions = {
  readonly address: Address
  readonly storage: ActorStorage
  readonly log: Log
  readonly make: (slot: Slot) => HostedActor
  /** When the last commits of an earlier instance are settled. */
  readonly after: Promise<void> | undefined
}

type Call = { readonly method: string; readonly answer: (outcome: Outcome<unknown>) => void }

const CARRIED_OUT_OR_NOT = refuse('retry', 'the call may or may not have been carried out')

/** One instance of an actor and what is going on with it, from its loading to its end. */
export class Slot {
  readonly address: Address
  readonly storage: ActorStorage
  /** The loaded instance. Rejects when it could not be loaded. */
  readonly actor: Promise<HostedActor>
  readonly #log: Log
  readonly #calls = new Set<Call>()
  readonly #whenEnded: (() => void)[] = []
  #alive = true
  #busy = 0
  #lastUsedMs = performance.now()

  /** Makes and loads the instance, alone; everything else waits for it. */
  constructor({ address, storage, log, make, after }: SlotOptions) {
    this.address = address
    this.storage = storage
    this.#log = log
    this.actor = this.#load(make, after)
  }

  get name(): string {
    return nameOf(this.address)
  }

  get isAlive(): boolean {
    return this.#alive
  }

  /** Calls a method with arguments that nobody else holds. Answers `retry` when the call threw or this instance ended. */
  call(method: string, args: unknown[]): Promise<Outcome<unknown>> {
    this.#lastUsedMs = performance.now()
    return new Promise((answer) => {
      const call = { method, answer }
      this.#calls.add(call)
      this.actor
        .then((actor) => (this.#alive ? invoke(actor, method, args) : CARRIED_OUT_OR_NOT))
        .then((outcome) => this.#settle(call, copy(outcome)))
        .catch((error) => this.#settleThrown(call, error))
    })
  }

  /** Something of this actor's own is under way, such as a call to another: it is not idle. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy += 1
    try {
      return await work
    } finally {
      this.#busy -= 1
      this.#lastUsedMs = performance.now()
    }
  }

  isIdleSince(ms: number): boolean {
    return this.#calls.size === 0 && this.#busy === 0 && !this.storage.isBusy && this.#lastUsedMs <= ms
  }

  /** Calls back when this instance is no more, for whatever reason. */
  whenEnded(callback: () => void): void {
    this.#whenEnded.push(callback)
  }

  /** From here on nothing reaches the instance, and nothing it does has an effect. */
  end(): void {
    this.#alive = false
    this.storage.close()
    for (const { answer } of this.#calls) answer(CARRIED_OUT_OR_NOT)
    this.#calls.clear()
    for (const callback of this.#whenEnded) callback()
  }

  async #load(make: (slot: Slot) => HostedActor, after: Promise<void> | undefined): Promise<HostedActor> {
    await after
    const actor = make(this)
    await actor.load()
    return actor
  }

  #settle(call: Call, outcome: unknown): void {
    if (this.#calls.delete(call)) call.answer(outcome as Outcome<unknown>)
  }

  #settleThrown(call: Call, error: unknown): void {
    if (!this.#calls.has(call)) return
    this.#log.error('a call to an actor failed', { actor: this.name, method: call.method, error })
    this.#settle(call, CARRIED_OUT_OR_NOT)
  }
}

function invoke(actor: HostedActor, method: string, args: unknown[]): unknown {
  const callee: unknown = Reflect.get(actor, method)
  if (typeof callee !== 'function') throw new TypeError(`there is no call ${method}`)
  return Reflect.apply(callee, actor, args)
}
